namespace Traversal.Stun;

/// <summary>When a client sends a request again and when it gives up (RFC 8489 section 6.2).</summary>
/// <param name="InitialTimeout">RTO: the wait after the first transmission; it doubles with each.</param>
/// <param name="Transmissions">Rc: how often the request is sent in all.</param>
/// <param name="LastWait">How long the last transmission is waited for: Rm times the initial timeout.</param>
public readonly record struct RetransmissionSchedule(TimeSpan InitialTimeout, int Transmissions, TimeSpan LastWait)
{
    /// <summary>The default RTO (RFC 8489 section 6.2.1).</summary>
    public static readonly TimeSpan DefaultInitialTimeout = TimeSpan.FromMilliseconds(500);

    private const int Rc = 7;
    private const int Rm = 16;

    /// <summary>UDP and DTLS: sent at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, failed at 39.5 s (RFC 8489 section 6.2.1).</summary>
    public static RetransmissionSchedule Unreliable => UnreliableWith(DefaultInitialTimeout);

    /// <summary>TCP and TLS: sent once, failed after Ti, 39.5 s (RFC 8489 section 6.2.2).</summary>
    public static RetransmissionSchedule Reliable => new(TimeSpan.FromMilliseconds(39_500), 1, TimeSpan.FromMilliseconds(39_500));

    /// <summary>
    /// The schedule of UDP with another RTO, as ICE computes from its pacing (RFC 8445 section 14.3) or a client from a measured round
    /// trip.
    /// </summary>
    public static RetransmissionSchedule UnreliableWith(TimeSpan initialTimeout) => new(initialTimeout, Rc, initialTimeout * Rm);
}
