using FsCheck;
using FsCheck.Fluent;

namespace Traversal.Primitives.Tests;

/// <summary>The wheel against a dictionary that is searched from end to end.</summary>
public sealed class DeadlineWheelModelTests
{
    private const long Tick = 1L << 23;

    // Far enough for the highest digit of the wheel, and no sum of a run passes the end of the clock.
    private const long LastMoment = 1L << 61;

    [Fact]
    public void The_wheel_agrees_with_a_sorted_model() =>
        Prop.ForAll(Steps().ListOf().Resize(200).ToArbitrary(), AgreesWithTheModel)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static Gen<Step> Steps()
    {
        // From less than a tick to months, and round numbers of ticks with their neighbours, where mistakes live.
        Gen<long> span = Gen.OneOf(
            Gen.Choose(0, 20_000_000).Select(nanoseconds => (long)nanoseconds),
            Gen.Choose(0, 5_000).Select(milliseconds => milliseconds * 1_000_000L),
            Gen.Choose(0, 20_000).Select(seconds => seconds * 1_000_000_000L),
            Gen.Choose(0, 200).Select(days => days * 86_400_000_000_000L),
            from digit in Gen.Choose(0, 5) from count in Gen.Choose(0, 64) from near in Gen.Choose(-1, 1)
            select Math.Max(0, ((long)count << (6 * digit)) * Tick + near));
        return Gen.OneOf(
            from key in Gen.Choose(0, 30) from after in span select (Step)new Schedule(key, after),
            from key in Gen.Choose(0, 30) from after in span select (Step)new Schedule(key, after),
            from key in Gen.Choose(0, 30) from before in span select (Step)new Schedule(key, -before),
            from key in Gen.Choose(0, 30) select (Step)new Cancel(key),
            from time in span select (Step)new Advance(time),
            Gen.Constant((Step)new AdvanceToNext()));
    }

    private static bool AgreesWithTheModel(IList<Step> steps)
    {
        var wheel = new DeadlineWheel();
        var model = new Dictionary<int, long>();
        long now = 0;
        foreach (Step step in steps)
        {
            switch (step)
            {
                case Schedule(int key, long after):
                    wheel.Schedule(key, new(Math.Max(0, now + after)));
                    model[key] = Math.Max(0, now + after);
                    break;
                case Cancel(int key):
                    if (wheel.Cancel(key) != model.Remove(key)) return false;
                    break;
                case Advance(long time):
                    now = Math.Max(now, Math.Min(now + time, LastMoment)); // The wheel's own deadlines may have led past it.
                    if (!Take(wheel, model, now)) return false;
                    break;
                case AdvanceToNext when wheel.NextDeadline != MonotonicTime.Never:
                    now = Math.Max(now, wheel.NextDeadline.Nanoseconds);
                    if (!Take(wheel, model, now)) return false;
                    break;
            }

            if (wheel.Count != model.Count || model.Keys.Any(key => !wheel.IsScheduled(key)) || !NextIsInTime(wheel, model, now)) return false;
        }

        return true;
    }

    private static bool Take(DeadlineWheel wheel, Dictionary<int, long> model, long now)
    {
        while (wheel.TryTakeExpired(new(now), out int key))
        {
            if (!model.Remove(key, out long deadline) || deadline > now) return false;
        }

        return model.Values.All(deadline => RoundedUp(deadline) > now);
    }

    private static bool NextIsInTime(DeadlineWheel wheel, Dictionary<int, long> model, long now) => model.Count == 0
        ? wheel.NextDeadline == MonotonicTime.Never
        : wheel.NextDeadline.Nanoseconds <= Math.Max(now, RoundedUp(model.Values.Min()));

    private static long RoundedUp(long nanoseconds) => (nanoseconds + Tick - 1) / Tick * Tick;

    private abstract record Step;

    private sealed record Schedule(int Key, long After) : Step;

    private sealed record Cancel(int Key) : Step;

    private sealed record Advance(long Time) : Step;

    private sealed record AdvanceToNext : Step;
}
