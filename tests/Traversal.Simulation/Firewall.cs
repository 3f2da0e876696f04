using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A firewall that translates nothing and lets in what answers: as on a public host, or in front of IPv6.</summary>
public sealed class Firewall : Gateway
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly Dictionary<(TransportAddress Inner, bool IsTcp), NatMapping> _states = [];
    private readonly NatBehavior _behavior;

    /// <summary>A firewall.</summary>
    /// <param name="network">The network.</param>
    /// <param name="filtering">Who may answer.</param>
    /// <param name="outside">The realm in front of it; the Internet where it is null.</param>
    public Firewall(VirtualNetwork network, EndpointBehavior filtering = EndpointBehavior.AddressAndPortDependent, Realm? outside = null)
        : base(network, outside) => _behavior = new NatBehavior { Filtering = filtering, Lifetime = Lifetime };

    /// <summary>Whether no UDP passes at all.</summary>
    public bool BlocksUdp { get; set; }

    internal override void OnOutbound(Packet packet)
    {
        if (BlocksUdp && !packet.IsTcp) return;

        (TransportAddress, bool) key = (packet.Source, packet.IsTcp);
        if (!_states.TryGetValue(key, out NatMapping? state)) _states[key] = state = new NatMapping(packet.Source, packet.Source, packet.IsTcp);
        state.OnSent(packet.Destination, Network.Now);
        Outside.Route(packet);
    }

    internal override void OnAttached(in TransportAddress address) => Outside.Attach(in address, new Link(), OnInbound);

    internal override void OnDetached(in TransportAddress address) => Outside.Detach(in address);

    private void OnInbound(Packet packet)
    {
        if ((BlocksUdp && !packet.IsTcp) || !_states.TryGetValue((packet.Destination, packet.IsTcp), out NatMapping? state)) return;
        if (!state.IsExpired(_behavior, Network.Now) && state.Admits(packet.Source, _behavior, Network.Now)) Inside.TryDeliver(packet);
    }
}
