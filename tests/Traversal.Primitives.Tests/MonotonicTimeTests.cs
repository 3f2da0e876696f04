namespace Traversal.Primitives.Tests;

public sealed class MonotonicTimeTests
{
    [Fact]
    public void Spans_are_counted_in_nanoseconds()
    {
        MonotonicTime later = MonotonicTime.Zero + TimeSpan.FromSeconds(1.5);
        Assert.Equal(1_500_000_000, later.Nanoseconds);
        Assert.Equal(TimeSpan.FromSeconds(1.5), later - MonotonicTime.Zero);
        Assert.Equal(MonotonicTime.Zero, later - TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void Time_stops_at_the_ends_of_the_clock()
    {
        var late = new MonotonicTime(long.MaxValue - 5);
        Assert.Equal(MonotonicTime.Never, late + TimeSpan.FromTicks(1));
        Assert.Equal(MonotonicTime.Never, MonotonicTime.Zero + TimeSpan.MaxValue);
        Assert.Equal(MonotonicTime.Never, MonotonicTime.Zero - TimeSpan.MinValue);
        Assert.Equal(long.MinValue, (MonotonicTime.Zero + TimeSpan.MinValue).Nanoseconds);
    }

    [Fact]
    public void Never_stays_never_and_is_always_ahead()
    {
        Assert.Equal(MonotonicTime.Never, MonotonicTime.Never - TimeSpan.FromDays(1));
        Assert.Equal(MonotonicTime.Never, MonotonicTime.Never + TimeSpan.FromDays(-1));
        Assert.Equal(TimeSpan.MaxValue, MonotonicTime.Never - new MonotonicTime(123));
        Assert.True(new MonotonicTime(long.MaxValue - 1) < MonotonicTime.Never);
    }

    [Fact]
    public void Moments_are_ordered()
    {
        MonotonicTime early = new(1), late = new(2);
        Assert.True(early < late && late > early && early <= late && late >= early && early != late);
        Assert.Equal(early, MonotonicTime.Min(late, early));
        Assert.True(early.CompareTo(late) < 0);
    }

    [Fact]
    public void Text_is_in_seconds()
    {
        Assert.Equal("12.345s", new MonotonicTime(12_345_000_000).ToString());
        Assert.Equal("never", MonotonicTime.Never.ToString());
    }
}
