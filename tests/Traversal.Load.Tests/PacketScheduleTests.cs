using FsCheck;
using FsCheck.Fluent;
using Traversal.Load.Engine;

namespace Traversal.Load.Tests;

public sealed class PacketScheduleTests
{
    [Fact]
    public void A_constant_rate_spaces_bursts_evenly()
    {
        PacketSchedule schedule = PacketSchedule.Constant(packetsPerSecond: 4_000, burst: 4);
        Assert.Equal([0, 0, 0, 0, 1_000_000, 1_000_000], Enumerable.Range(0, 6).Select(index => schedule.IntendedAt(index)));
    }

    [Fact]
    public void A_rising_rate_sends_half_of_what_the_full_rate_would()
    {
        PacketSchedule schedule = PacketSchedule.Rising(packetsPerSecond: 10_000, burst: 1, TimeSpan.FromSeconds(2));
        Assert.Equal(10_000, schedule.CountBefore(2_000_000_000));
        Assert.Equal(2_500, schedule.CountBefore(1_000_000_000));
    }

    [Fact]
    public void The_packets_before_a_time_are_those_meant_to_leave_before_it() => Prop.ForAll(Cases(), run =>
    {
        TimeSpan ramp = TimeSpan.FromMilliseconds(run.RampMilliseconds);
        PacketSchedule schedule = run.RampMilliseconds == 0
            ? PacketSchedule.Constant(run.Rate, run.Burst)
            : PacketSchedule.Rising(run.Rate, run.Burst, ramp);

        long count = schedule.CountBefore(run.At);
        return count % run.Burst == 0 && schedule.IntendedAt(count) >= run.At && (count == 0 || schedule.IntendedAt(count - 1) < run.At);
    }).QuickCheckThrowOnFailure();

    private sealed record Case(int Rate, int Burst, int RampMilliseconds, long At);

    private static Arbitrary<Case> Cases() =>
        (from rate in Gen.Choose(1, 1_000_000)
         from burst in Gen.Choose(1, 64)
         from ramp in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 10_000))
         from at in Gen.Choose(0, int.MaxValue)
         select new Case(rate, burst, ramp, at)).ToArbitrary();
}
