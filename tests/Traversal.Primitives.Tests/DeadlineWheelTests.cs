namespace Traversal.Primitives.Tests;

public sealed class DeadlineWheelTests
{
    private static readonly MonotonicTime Start = MonotonicTime.Zero + TimeSpan.FromHours(1);

    [Fact]
    public void An_empty_wheel_waits_for_nothing()
    {
        var wheel = new DeadlineWheel();
        Assert.Equal(MonotonicTime.Never, wheel.NextDeadline);
        Assert.False(wheel.TryTakeExpired(Start, out int key));
        Assert.Equal(-1, key);
        Assert.False(wheel.Cancel(0) || wheel.Cancel(-1) || wheel.IsScheduled(5));
    }

    [Theory]
    [InlineData(0.000001)]
    [InlineData(0.5)]
    [InlineData(39.5)]
    [InlineData(600)]
    [InlineData(3600 * 24 * 30)]
    [InlineData(3600.0 * 24 * 365 * 200)]
    public void A_deadline_comes_once_and_not_early(double seconds)
    {
        var wheel = WheelAt(Start);
        MonotonicTime deadline = Start + TimeSpan.FromSeconds(seconds);
        wheel.Schedule(3, deadline);
        Assert.False(wheel.TryTakeExpired(new(deadline.Nanoseconds - 1), out _));
        Assert.True(wheel.TryTakeExpired(deadline + DeadlineWheel.Granularity, out int key));
        Assert.Equal(3, key);
        Assert.False(wheel.TryTakeExpired(MonotonicTime.Never, out _));
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void A_deadline_in_the_past_is_due_at_once()
    {
        var wheel = WheelAt(Start);
        wheel.Schedule(1, Start - TimeSpan.FromMinutes(1));
        wheel.Schedule(2, new MonotonicTime(-5));
        Assert.True(wheel.NextDeadline <= Start);
        Assert.Equal([1, 2], Drain(wheel, Start).Order());
    }

    [Fact]
    public void Scheduling_again_moves_the_deadline()
    {
        var wheel = WheelAt(Start);
        wheel.Schedule(1, Start + TimeSpan.FromSeconds(1));
        wheel.Schedule(1, Start + TimeSpan.FromSeconds(10));
        Assert.Equal(1, wheel.Count);
        Assert.Empty(Drain(wheel, Start + TimeSpan.FromSeconds(9)));
        wheel.Schedule(1, Start + TimeSpan.FromSeconds(9.5));
        Assert.Equal([1], Drain(wheel, Start + TimeSpan.FromSeconds(9.6)));
    }

    [Fact]
    public void Never_takes_a_deadline_away()
    {
        var wheel = WheelAt(Start);
        wheel.Schedule(1, Start + TimeSpan.FromSeconds(1));
        wheel.Schedule(1, MonotonicTime.Never);
        Assert.False(wheel.IsScheduled(1));
        Assert.Equal(MonotonicTime.Never, wheel.NextDeadline);
    }

    [Fact]
    public void What_is_due_and_not_yet_taken_can_still_be_cancelled()
    {
        var wheel = WheelAt(Start);
        for (int key = 0; key < 3; key++) wheel.Schedule(key, Start + TimeSpan.FromSeconds(1));
        Assert.True(wheel.TryTakeExpired(Start + TimeSpan.FromSeconds(2), out int taken));
        int cancelled = (taken + 1) % 3;
        Assert.True(wheel.Cancel(cancelled));
        Assert.Equal([3 - taken - cancelled], Drain(wheel, Start + TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_key_may_set_its_next_deadline_while_keys_are_taken()
    {
        var wheel = WheelAt(Start);
        wheel.Schedule(1, Start + TimeSpan.FromMilliseconds(1));
        MonotonicTime now = Start + TimeSpan.FromSeconds(1);
        int taken = 0;
        while (wheel.TryTakeExpired(now, out int key))
        {
            taken++;
            wheel.Schedule(key, new(now.Nanoseconds + 1));
        }

        Assert.Equal(1, taken);
        Assert.True(wheel.IsScheduled(1));
    }

    [Fact]
    public void A_jump_of_hours_takes_everything_in_order()
    {
        RandomSource random = RandomSource.Seeded(6);
        var wheel = WheelAt(Start);
        var deadlines = new MonotonicTime[5000];
        for (int key = 0; key < deadlines.Length; key++)
        {
            deadlines[key] = Start + TimeSpan.FromMilliseconds(random.Next(9 * 3_600_000));
            wheel.Schedule(key, deadlines[key]);
        }

        List<int> taken = Drain(wheel, Start + TimeSpan.FromHours(10));
        Assert.Equal(deadlines.Length, taken.Distinct().Count());
        for (int i = 1; i < taken.Count; i++)
            Assert.True(deadlines[taken[i - 1]] < deadlines[taken[i]] + DeadlineWheel.Granularity, "A later deadline was taken first.");
    }

    [Fact]
    public void Following_the_next_deadline_reaches_every_key_in_few_steps()
    {
        const int Keys = 1000;
        RandomSource random = RandomSource.Seeded(2);
        var wheel = WheelAt(Start);
        var deadlines = new MonotonicTime[Keys];
        for (int key = 0; key < Keys; key++)
        {
            deadlines[key] = Start + TimeSpan.FromSeconds(1 + random.Next(1_000_000));
            wheel.Schedule(key, deadlines[key]);
        }

        int steps = 0;
        while (wheel.Count > 0)
        {
            MonotonicTime now = wheel.NextDeadline;
            foreach (int key in Drain(wheel, now))
            {
                Assert.True(now >= deadlines[key]);
                Assert.True(now - deadlines[key] <= DeadlineWheel.Granularity);
            }

            steps++;
        }

        Assert.InRange(steps, 1, Keys * 6);
    }

    [Fact]
    public void A_hundred_thousand_deadlines_cost_no_memory_once_the_keys_are_known()
    {
        const int Keys = 100_000;
        RandomSource random = RandomSource.Seeded(4);
        var wheel = new DeadlineWheel();
        MonotonicTime now = Start;
        int taken = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int key = 0; key < Keys; key++) wheel.Schedule(key, now + TimeSpan.FromMilliseconds(random.Next(600_000)));
            for (int key = 0; key < Keys; key += 3) wheel.Schedule(key, now + TimeSpan.FromMilliseconds(random.Next(600_000)));
            for (int key = 0; key < Keys; key += 5) wheel.Cancel(key);
            for (int second = 0; second <= 601; second++)
            {
                _ = wheel.NextDeadline;
                now += TimeSpan.FromSeconds(1);
                while (wheel.TryTakeExpired(now, out int _)) taken++;
            }
        }));
        Assert.Equal(3 * Keys * 4 / 5, taken);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Negative_keys_are_the_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeadlineWheel().Schedule(-1, Start));

    private static DeadlineWheel WheelAt(MonotonicTime now)
    {
        var wheel = new DeadlineWheel();
        wheel.TryTakeExpired(now, out _);
        return wheel;
    }

    private static List<int> Drain(DeadlineWheel wheel, MonotonicTime now)
    {
        var keys = new List<int>();
        while (wheel.TryTakeExpired(now, out int key)) keys.Add(key);
        return keys;
    }
}
