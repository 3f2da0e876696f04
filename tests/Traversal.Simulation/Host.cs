using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A machine with addresses and sockets.</summary>
public sealed class Host(VirtualNetwork network)
{
    private readonly Dictionary<TransportAddress, (Realm Realm, Link Link)> _addresses = [];
    private readonly Dictionary<TransportAddress, Action<Packet>> _sockets = [];

    /// <summary>A machine with one address.</summary>
    /// <param name="network">The network.</param>
    /// <param name="realm">Where it is.</param>
    /// <param name="address">Its address; the port does not count.</param>
    /// <param name="link">Its link; null for one that does nothing.</param>
    public Host(VirtualNetwork network, Realm realm, in TransportAddress address, Link? link = null)
        : this(network) => Connect(realm, in address, link);

    /// <summary>Its addresses, in the order in which it got them.</summary>
    public IReadOnlyCollection<TransportAddress> Addresses => _addresses.Keys;

    /// <summary>Sees every packet that it sends.</summary>
    public Action<Packet>? OnSent { get; set; }

    /// <summary>Sees every packet that reaches it.</summary>
    public Action<Packet>? OnReceived { get; set; }

    /// <summary>Gives it an address, or the one that it has another link.</summary>
    public void Connect(Realm realm, in TransportAddress address, Link? link = null)
    {
        Link its = link ?? new Link();
        _addresses[address.WithPort(0)] = (realm, its);
        realm.Attach(in address, its, Receive);
    }

    /// <summary>Takes an address away, as when it roams.</summary>
    public void Disconnect(in TransportAddress address)
    {
        if (_addresses.Remove(address.WithPort(0), out (Realm Realm, Link Link) place)) place.Realm.Detach(in address);
    }

    /// <summary>Opens a socket.</summary>
    /// <param name="address">One of its addresses, with a port.</param>
    /// <param name="receive">What happens to a packet that comes.</param>
    public void Open(in TransportAddress address, Action<Packet> receive) => _sockets[address] = receive;

    /// <summary>Closes a socket.</summary>
    public void Close(in TransportAddress address) => _sockets.Remove(address);

    /// <summary>Sends a packet from an address that it has; from another it goes nowhere.</summary>
    public void Send(in TransportAddress source, in TransportAddress destination, ReadOnlySpan<byte> bytes)
    {
        if (!_addresses.TryGetValue(source.WithPort(0), out (Realm Realm, Link Link) place)) return;

        var packet = new Packet(source, destination, bytes.ToArray());
        network.Sniffer?.Invoke(packet);
        OnSent?.Invoke(packet);
        if (network.Loses?.Invoke(packet) != true) network.Carry(packet, place.Link, place.Realm.Route);
    }

    private void Receive(Packet packet)
    {
        OnReceived?.Invoke(packet);
        if (_sockets.TryGetValue(packet.Destination, out Action<Packet>? receive)) receive(packet);
    }
}
