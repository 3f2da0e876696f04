using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A NAT with any behaviour that RFC 4787 has a name for. TCP gets the same, from ports of its own.</summary>
public sealed class Nat : Gateway
{
    private const int FirstPort = 1024;

    private readonly Dictionary<(TransportAddress Inner, TransportAddress Remote, bool IsTcp), NatMapping> _byInner = [];
    private readonly Dictionary<(TransportAddress Outer, bool IsTcp), NatMapping> _byOuter = [];
    private readonly TransportAddress _address;
    private int _lastPort = 39_999;

    /// <summary>A NAT with one address outside.</summary>
    /// <param name="network">The network.</param>
    /// <param name="address">Its address outside; the port does not count.</param>
    /// <param name="behavior">What it does.</param>
    /// <param name="outside">The realm in front of it; the Internet where it is null. A NAT behind a NAT is that of a carrier.</param>
    public Nat(VirtualNetwork network, in TransportAddress address, NatBehavior behavior, Realm? outside = null)
        : base(network, outside)
    {
        _address = address.WithPort(0);
        Behavior = behavior;
        Outside.Attach(in _address, new Link(), OnInbound);
    }

    /// <summary>What it does; a change counts for what comes.</summary>
    public NatBehavior Behavior { get; set; }

    /// <summary>Its address outside.</summary>
    public TransportAddress Address => _address;

    /// <summary>Forgets every mapping, as a router does that starts anew.</summary>
    public void Reboot()
    {
        _byInner.Clear();
        _byOuter.Clear();
    }

    internal override void OnOutbound(Packet packet)
    {
        if (packet.Destination.Family != _address.Family) return;

        bool isHairpin = packet.Destination.HasSameAddress(in _address);
        if (isHairpin && !Behavior.Hairpins) return;

        NatMapping mapping = MappingFor(packet.Source, packet.Destination, packet.IsTcp);
        mapping.OnSent(packet.Destination, Network.Now);
        Packet translated = packet with { Source = mapping.Outer };
        if (isHairpin)
            OnInbound(translated);
        else
            Outside.Route(translated);
    }

    private void OnInbound(Packet packet)
    {
        if (!_byOuter.TryGetValue((packet.Destination, packet.IsTcp), out NatMapping? mapping) || mapping.IsExpired(Behavior, Network.Now)) return;
        if (!mapping.Admits(packet.Source, Behavior, Network.Now)) return;

        if (Behavior.InboundRefreshes) mapping.OnReceived(Network.Now);
        Inside.TryDeliver(packet with { Destination = mapping.Inner });
    }

    private NatMapping MappingFor(in TransportAddress inner, in TransportAddress remote, bool isTcp)
    {
        (TransportAddress, TransportAddress, bool) key = (inner, NatMapping.Seen(in remote, Behavior.Mapping), isTcp);
        if (_byInner.TryGetValue(key, out NatMapping? mapping))
        {
            if (!mapping.IsExpired(Behavior, Network.Now)) return mapping;

            // Its port may be another's by this time.
            if (_byOuter.TryGetValue((mapping.Outer, isTcp), out NatMapping? holder) && holder == mapping) _byOuter.Remove((mapping.Outer, isTcp));
        }

        mapping = new NatMapping(inner, _address.WithPort(FreePort(inner.Port, isTcp)), isTcp);
        _byInner[key] = mapping;
        _byOuter[(mapping.Outer, isTcp)] = mapping;
        return mapping;
    }

    private ushort FreePort(ushort innerPort, bool isTcp)
    {
        if (Behavior.Ports == PortAssignment.Preserving && IsFree(innerPort, isTcp)) return innerPort;

        ushort port;
        do
        {
            port = Behavior.Ports == PortAssignment.Sequential
                ? (ushort)(_lastPort = Math.Max(FirstPort, (_lastPort + 1) & ushort.MaxValue))
                : (ushort)(FirstPort + Network.Random.Next(ushort.MaxValue + 1 - FirstPort));
        }
        while (!IsFree(port, isTcp));

        return port;
    }

    private bool IsFree(ushort port, bool isTcp) =>
        !_byOuter.TryGetValue((_address.WithPort(port), isTcp), out NatMapping? mapping) || mapping.IsExpired(Behavior, Network.Now);
}
