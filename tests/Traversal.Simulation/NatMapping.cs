using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A mapping of a NAT, or the state of a firewall, with those to whom packets have gone.</summary>
internal sealed class NatMapping(TransportAddress inner, TransportAddress outer, bool isTcp)
{
    private readonly Dictionary<TransportAddress, MonotonicTime> _sentTo = [];
    private MonotonicTime _usedAt;

    public TransportAddress Inner => inner;

    public TransportAddress Outer => outer;

    /// <summary>What of an address a behaviour looks at.</summary>
    public static TransportAddress Seen(in TransportAddress remote, EndpointBehavior behavior) => behavior switch
    {
        EndpointBehavior.Independent => default,
        EndpointBehavior.AddressDependent => remote.WithPort(0),
        _ => remote,
    };

    public bool IsExpired(NatBehavior behavior, MonotonicTime now) => now - _usedAt >= behavior.LifetimeOf(isTcp);

    public void OnSent(in TransportAddress remote, MonotonicTime now)
    {
        _usedAt = now;
        _sentTo[remote] = now;
        _sentTo[remote.WithPort(0)] = now;
    }

    public void OnReceived(MonotonicTime now) => _usedAt = now;

    public bool Admits(in TransportAddress remote, NatBehavior behavior, MonotonicTime now)
    {
        if (behavior.Filtering == EndpointBehavior.Independent) return true;
        return _sentTo.TryGetValue(Seen(in remote, behavior.Filtering), out MonotonicTime at)
            && (now - at < behavior.LifetimeOf(isTcp) || (behavior.InboundRefreshes && !IsExpired(behavior, now)));
    }
}
