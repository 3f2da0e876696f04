using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc5780;

/// <summary>A relay with two addresses (A1, A2) and two ports (P1, P2), and a client that asks it.</summary>
internal sealed class DiscoveryRelay
{
    public static readonly TransportAddress A1P1 = TestRelay.Listener, A1P2 = A1P1.WithPort(3479);
    public static readonly TransportAddress A2P1 = TransportAddress.Parse("198.0.2.2:3478"), A2P2 = A2P1.WithPort(3479);

    private static readonly (SocketId Via, TransportAddress Address)[] Sockets =
        [(TestRelay.Udp, A1P1), (new SocketId(11), A1P2), (new SocketId(12), A2P1), (new SocketId(13), A2P2)];

    public DiscoveryRelay(Action<RelayOptions>? configure = null)
    {
        Relay = new TestRelay(configure);
        foreach ((SocketId via, TransportAddress address) in Sockets[1..]) Relay.Machine.AddListener(via, in address, ListenerKind.Datagram);
        Relay.Machine.AddDiscovery(Sockets[0].Via, Sockets[1].Via, Sockets[2].Via, Sockets[3].Via);
        Client = new TestClient(Relay);
    }

    public TestRelay Relay { get; }

    public TestClient Client { get; }

    /// <summary>The address of the socket that an answer leaves by.</summary>
    public static TransportAddress AddressOf(SocketId via) => Sockets.Single(socket => socket.Via == via).Address;

    /// <summary>Sends a Binding request to one of the four addresses.</summary>
    public Sent Ask(TransportAddress destination, Build? build = null)
    {
        Client.Via = Sockets.Single(socket => socket.Address == destination).Via;
        return Client.Bare(StunMethod.Binding, build);
    }

    public Sent Ask(TransportAddress destination, ChangeRequest change) => Ask(destination, (ref writer) => writer.AddChangeRequest(change));

    public static TransportAddress Read(Sent sent, StunAttributeType type)
    {
        Assert.True(sent.Message.TryGetAddress(type, out TransportAddress address), $"There is no {type}.");
        return address;
    }
}
