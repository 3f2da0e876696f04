using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The bucket of bytes and packets that all allocations of one user share, whichever machines they are on. Safe from any thread, without a lock.</summary>
internal sealed class UserRate
{
    private long _emptyAt;

    /// <summary>Takes a packet's share, unless the bucket is too full.</summary>
    public bool TrySpend(in RateLimit limit, int length, MonotonicTime now)
    {
        long seen = Volatile.Read(ref _emptyAt);
        while (true)
        {
            long next = seen;
            if (!limit.TrySpend(ref next, length, now)) return false;

            long found = Interlocked.CompareExchange(ref _emptyAt, next, seen);
            if (found == seen) return true;
            seen = found;
        }
    }
}
