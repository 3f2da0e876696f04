using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Bytes and packets a second in one bucket: a packet takes the time that it is allowed for its bytes or for itself, whichever is more. The
/// bucket is one number, when it would be empty (the virtual scheduling of ITU-T I.371).
/// </summary>
internal readonly struct RateLimit
{
    // Nanoseconds with 10 binary places, so that fast rates are kept to a per mille.
    private const int FractionBits = 10;

    private readonly long _perByte;
    private readonly long _perPacket;
    private readonly long _burst;

    public RateLimit(int bytesPerSecond, int packetsPerSecond, TimeSpan burst)
    {
        _perByte = Inverse(bytesPerSecond);
        _perPacket = Inverse(packetsPerSecond);
        _burst = burst.Ticks * (1_000_000_000 / TimeSpan.TicksPerSecond);
    }

    /// <summary>Takes a packet's share, unless the bucket is too full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySpend(ref long bucketEmptyAt, int length, MonotonicTime now)
    {
        long emptyAt = Math.Max(bucketEmptyAt, now.Nanoseconds);
        if (emptyAt - now.Nanoseconds > _burst) return false;

        bucketEmptyAt = emptyAt + (Math.Max(length * _perByte, _perPacket) >> FractionBits);
        return true;
    }

    private static long Inverse(int perSecond) => perSecond == 0 ? 0 : (1_000_000_000L << FractionBits) / perSecond;
}
