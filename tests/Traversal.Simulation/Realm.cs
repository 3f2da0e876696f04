using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>Where addresses mean the same: the Internet, or what is behind one NAT.</summary>
public sealed class Realm
{
    private readonly VirtualNetwork _network;
    private readonly Dictionary<TransportAddress, (Link Link, Action<Packet> Receive)> _attached = [];

    internal Realm(VirtualNetwork network, Gateway? gateway = null)
    {
        _network = network;
        Gateway = gateway;
    }

    /// <summary>What stands between this and the rest; null for the Internet.</summary>
    internal Gateway? Gateway { get; }

    /// <summary>Whether its addresses mean the same on the Internet: whether no NAT stands in between.</summary>
    public bool IsPublic => Gateway is null || (Gateway is Firewall && Gateway.Outside.IsPublic);

    /// <summary>Gives an address, whose port does not count, to somebody.</summary>
    internal void Attach(in TransportAddress address, Link link, Action<Packet> receive)
    {
        _attached[address.WithPort(0)] = (link, receive);
        Gateway?.OnAttached(in address);
    }

    internal void Detach(in TransportAddress address)
    {
        if (_attached.Remove(address.WithPort(0))) Gateway?.OnDetached(in address);
    }

    /// <summary>Sends a packet to where it goes from here; nobody hears of one that goes nowhere.</summary>
    internal void Route(Packet packet)
    {
        if (!TryDeliver(packet)) Gateway?.OnOutbound(packet);
    }

    /// <summary>Gives a packet to who has its destination here; what came from outside does not go back there.</summary>
    internal bool TryDeliver(Packet packet)
    {
        if (!_attached.TryGetValue(packet.Destination.WithPort(0), out (Link Link, Action<Packet> Receive) owner)) return false;

        _network.Carry(packet, owner.Link, Arrive);
        return true;
    }

    // Who has left in the meantime gets nothing, though it may have the same address elsewhere.
    private void Arrive(Packet packet)
    {
        if (_attached.TryGetValue(packet.Destination.WithPort(0), out (Link Link, Action<Packet> Receive) owner)) owner.Receive(packet);
    }
}
