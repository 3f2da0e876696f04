using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

/// <summary>Whom <see cref="BehaviorDiscovery"/> asks, and what.</summary>
public sealed record DiscoverySettings
{
    /// <summary>The server.</summary>
    public required TransportAddress Server { get; init; }

    /// <summary>
    /// A server at another address, asked where the first has no second one (RFC 5780 section 7.4): two mapped addresses that are the same are an
    /// endpoint-independent mapping. The default value for none.
    /// </summary>
    public TransportAddress SecondServer { get; init; }

    /// <summary>Whether hairpinning is tested; on by default.</summary>
    public bool TestHairpinning { get; init; } = true;

    /// <summary>
    /// The longest silence that a binding is tried with, which is about how long discovery takes then; zero, the default, to leave the lifetime alone.
    /// At most an hour.
    /// </summary>
    public TimeSpan LongestSilence { get; init; }

    /// <summary>
    /// When the first requests are sent again and given up: after 15.5 s by default. Later ones follow the round trip that the first measured, as where
    /// silence is an answer it must be waited for.
    /// </summary>
    public RetransmissionSchedule Retransmission { get; init; } = new(
        RetransmissionSchedule.DefaultInitialTimeout, 5, RetransmissionSchedule.DefaultInitialTimeout * 16);
}
