using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

/// <summary>
/// What discovery found: how things were at that moment. A NAT can behave otherwise under load, and only more restrictively is safe to assume (RFC 5780
/// section 4).
/// </summary>
public sealed record NatBehavior
{
    /// <summary>Where requests were sent from.</summary>
    public TransportAddress LocalAddress { get; init; }

    /// <summary>Where the server saw them come from; the default value where it did not answer.</summary>
    public TransportAddress MappedAddress { get; init; }

    /// <summary>The second address of the server; the default value where it has none.</summary>
    public TransportAddress OtherAddress { get; init; }

    /// <summary>The error of the server's first answer, if it was one.</summary>
    public StunErrorCode Error { get; init; }

    /// <summary>How long the first answer took; null where nobody knows.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The mapping.</summary>
    public NatMapping Mapping { get; init; }

    /// <summary>Why the mapping is unknown.</summary>
    public DiscoveryObstacle MappingObstacle { get; init; }

    /// <summary>The filtering.</summary>
    public NatFiltering Filtering { get; init; }

    /// <summary>Why the filtering is unknown.</summary>
    public DiscoveryObstacle FilteringObstacle { get; init; }

    /// <summary>Whether two local ports reach each other at their public addresses; null where there is no NAT, or it was not tested.</summary>
    public bool? Hairpins { get; init; }

    /// <summary>Whether the public port is the local one; null where there is no NAT.</summary>
    public bool? PreservesPort { get; init; }

    /// <summary>Whether something on the path rewrites addresses inside of packets (RFC 5780 section 3.6).</summary>
    public bool RewritesPayload { get; init; }

    /// <summary>The longest silence after which a binding was still there; zero where none was.</summary>
    public TimeSpan LifetimeAtLeast { get; init; }

    /// <summary>The shortest silence after which a binding was gone; null where it outlived the longest that was tried.</summary>
    public TimeSpan? LifetimeAtMost { get; init; }

    /// <summary>Why the lifetime is unknown.</summary>
    public DiscoveryObstacle LifetimeObstacle { get; init; }

    /// <summary>Whether the server answered.</summary>
    public bool IsReachable => !MappedAddress.IsNone;

    /// <summary>Whether there is a NAT.</summary>
    public bool IsTranslated => IsReachable && Mapping != NatMapping.None;
}
