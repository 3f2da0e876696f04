namespace Traversal.Transport.Streams;

/// <summary>Lets through so many a second, and as many at once after a second of rest. Times are ticks of 100 ns.</summary>
internal struct TokenBucket
{
    // When the bucket will be full again, if nothing more is taken.
    private long _fullAt;

    public bool TryTake(long now, int perSecond)
    {
        long price = TimeSpan.TicksPerSecond / perSecond;
        long fullAt = Math.Max(_fullAt, now) + price;
        if (fullAt - now > TimeSpan.TicksPerSecond) return false;
        _fullAt = fullAt;
        return true;
    }
}
