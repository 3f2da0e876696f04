using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A machine with addresses and sockets.</summary>
public sealed class Host
{
    /// <summary>The dynamic ports (RFC 6335 section 6).</summary>
    private const ushort FirstDynamicPort = 49_152;

    private readonly VirtualNetwork _network;
    private readonly Dictionary<TransportAddress, (Realm Realm, Link Link)> _addresses = [];
    private readonly Dictionary<TransportAddress, Action<Packet>> _sockets = [];
    private ushort _lastPort = FirstDynamicPort - 1;

    /// <summary>A machine without an address.</summary>
    /// <param name="network">The network.</param>
    public Host(VirtualNetwork network)
    {
        _network = network;
        Tcp = new HostTcp(network, this);
    }

    /// <summary>A machine with one address.</summary>
    /// <param name="network">The network.</param>
    /// <param name="realm">Where it is.</param>
    /// <param name="address">Its address; the port does not count.</param>
    /// <param name="link">Its link; null for one that does nothing.</param>
    public Host(VirtualNetwork network, Realm realm, in TransportAddress address, Link? link = null)
        : this(network) => Connect(realm, in address, link);

    /// <summary>Its addresses, in the order in which it got them.</summary>
    public IReadOnlyCollection<TransportAddress> Addresses => _addresses.Keys;

    /// <summary>Its TCP.</summary>
    public HostTcp Tcp { get; }

    /// <summary>Sees every packet that it sends.</summary>
    public Action<Packet>? OnSent { get; set; }

    /// <summary>Sees every packet that reaches it.</summary>
    public Action<Packet>? OnReceived { get; set; }

    /// <summary>Called when it has got an address or lost one.</summary>
    public Action? OnAddressesChanged { get; set; }

    /// <summary>Gives it an address, or the one that it has another link.</summary>
    public void Connect(Realm realm, in TransportAddress address, Link? link = null)
    {
        Link its = link ?? new Link();
        _addresses[address.WithPort(0)] = (realm, its);
        realm.Attach(in address, its, Receive);
        OnAddressesChanged?.Invoke();
    }

    /// <summary>Takes an address away, as when it roams.</summary>
    public void Disconnect(in TransportAddress address)
    {
        if (!_addresses.Remove(address.WithPort(0), out (Realm Realm, Link Link) place)) return;

        place.Realm.Detach(in address);
        OnAddressesChanged?.Invoke();
    }

    /// <summary>Whether it has an address, whose port does not count.</summary>
    public bool Has(in TransportAddress address) => _addresses.ContainsKey(address.WithPort(0));

    /// <summary>The first of its addresses of the IP version of another; the default value where it has none. The port is 0.</summary>
    public TransportAddress FirstLike(in TransportAddress address)
    {
        foreach (TransportAddress its in _addresses.Keys)
        {
            if (its.Family == address.Family) return its;
        }

        return default;
    }

    /// <summary>Opens a socket.</summary>
    /// <param name="address">One of its addresses, or the unspecified one for all of an IP version, with a port.</param>
    /// <param name="receive">What happens to a packet that comes.</param>
    public void Open(in TransportAddress address, Action<Packet> receive) => _sockets[address] = receive;

    /// <summary>Closes a socket.</summary>
    public void Close(in TransportAddress address) => _sockets.Remove(address);

    /// <summary>Whether a socket is open at an address and port.</summary>
    public bool IsTaken(in TransportAddress address)
    {
        TransportAddress wanted = address;
        return _sockets.Keys.Any(taken => Clashes(in taken, in wanted));
    }

    /// <summary>A port that neither a socket nor TCP uses at an address, other than the last one it gave.</summary>
    public ushort FreePort(in TransportAddress address)
    {
        do
        {
            _lastPort = _lastPort == ushort.MaxValue ? FirstDynamicPort : (ushort)(_lastPort + 1);
        }
        while (IsTaken(address.WithPort(_lastPort)) || Tcp.IsTaken(address.WithPort(_lastPort)));

        return _lastPort;
    }

    /// <summary>Sends a packet from an address that it has; from another it goes nowhere.</summary>
    public void Send(in TransportAddress source, in TransportAddress destination, ReadOnlySpan<byte> bytes)
    {
        if (Has(in source)) Send(new Packet(source, destination, bytes.ToArray()));
    }

    internal void Send(Packet packet)
    {
        if (!_addresses.TryGetValue(packet.Source.WithPort(0), out (Realm Realm, Link Link) place)) return;

        _network.Sniffer?.Invoke(packet);
        OnSent?.Invoke(packet);
        if (_network.Loses?.Invoke(packet) != true) _network.Carry(packet, place.Link, place.Realm.Route);
    }

    /// <summary>The unspecified address of the same IP version and port.</summary>
    internal static TransportAddress AnyLike(in TransportAddress address) =>
        address.IsIPv4 ? TransportAddress.FromIPv4(0, address.Port) : TransportAddress.FromIPv6(0, 0, address.Port);

    internal static bool Clashes(in TransportAddress taken, in TransportAddress wanted) =>
        taken.Port == wanted.Port && taken.Family == wanted.Family && (taken.IsUnspecified || wanted.IsUnspecified || taken.HasSameAddress(in wanted));

    private void Receive(Packet packet)
    {
        OnReceived?.Invoke(packet);
        if (packet.IsTcp)
            Tcp.OnPacket(packet);
        else if (_sockets.TryGetValue(packet.Destination, out Action<Packet>? receive) || _sockets.TryGetValue(AnyLike(packet.Destination), out receive))
            receive(packet);
    }
}
