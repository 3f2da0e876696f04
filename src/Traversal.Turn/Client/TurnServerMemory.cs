using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>
/// What is known of one server (by name, or address where it has none): its realm and last nonce, with which the first request of a further allocation is
/// signed at once (RFC 8489 section 9.2.3.2), and how long its answers take. Shared by the allocations on that server, from any thread.
/// </summary>
public sealed class TurnServerMemory
{
    private readonly RoundTripEstimate _roundTrips = new();
    private volatile Challenge? _challenge;

    /// <summary>Whether a realm and a nonce are known, so that an allocation may cost one round trip.</summary>
    public bool HasNonce => _challenge is not null;

    internal Challenge? Challenge
    {
        get => _challenge;
        set => _challenge = value;
    }

    /// <summary>Forgets realm, nonce and round trips, as after a change of network.</summary>
    public void Forget()
    {
        _challenge = null;
        _roundTrips.Forget();
    }

    internal void OnRoundTrip(TimeSpan roundTrip, MonotonicTime now) => _roundTrips.Add(roundTrip, now);

    internal RetransmissionSchedule ScheduleFor(bool isStream, MonotonicTime now) =>
        isStream ? RetransmissionSchedule.Reliable : ClientSchedule.For(_roundTrips.Timeout(now));
}
