using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// So many events a second, and so many at once after a quiet time. A bucket is one number, when it would be empty (the virtual scheduling of ITU-T
/// I.371).
/// </summary>
internal readonly struct LeakyRate(int perSecond, int burst)
{
    private readonly long _interval = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;

    /// <summary>Whether everything is let through.</summary>
    public bool IsUnlimited => _interval == 0;

    /// <summary>Takes so many events, unless the bucket is too full for one.</summary>
    public bool TryTake(ref long emptyAt, int count, MonotonicTime now)
    {
        long from = Math.Max(emptyAt, now.Nanoseconds);
        if (from - now.Nanoseconds > _interval * (burst - 1)) return false;

        emptyAt = from + _interval * count;
        return true;
    }
}
