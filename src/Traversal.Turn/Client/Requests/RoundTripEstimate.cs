using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>The retransmission timeout by the rule of TCP (RFC 6298 section 2), forgotten when it was not fed for ten minutes (RFC 8489 section 6.2.1).</summary>
internal sealed class RoundTripEstimate
{
    /// <summary>The least timeout: a server that has to open a socket first may take longer than a path of nothing.</summary>
    public static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest: on a slower path every request is sent twice or more.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(10);

    private volatile Estimate? _estimate;

    public void Forget() => _estimate = null;

    public TimeSpan Timeout(MonotonicTime now)
    {
        Estimate? known = Fresh(now);
        if (known is null) return RetransmissionSchedule.DefaultInitialTimeout;

        TimeSpan timeout = known.Smoothed + known.Variation * 4;
        return timeout < MinTimeout ? MinTimeout : timeout > MaxTimeout ? MaxTimeout : timeout;
    }

    public void Add(TimeSpan roundTrip, MonotonicTime now)
    {
        Estimate? known = Fresh(now);
        _estimate = known is null
            ? new Estimate(roundTrip, roundTrip / 2, now)
            : new Estimate(
                known.Smoothed * 0.875 + roundTrip * 0.125,
                known.Variation * 0.75 + (known.Smoothed - roundTrip).Duration() * 0.25,
                now);
    }

    private Estimate? Fresh(MonotonicTime now) => _estimate is { } known && now - known.At < StaleAfter ? known : null;

    // Immutable, so that threads that share a memory see one or the other whole.
    private sealed record Estimate(TimeSpan Smoothed, TimeSpan Variation, MonotonicTime At);
}
