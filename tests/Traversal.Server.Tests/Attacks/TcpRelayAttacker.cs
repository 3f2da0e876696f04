using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>What an attacker asks of TCP allocations (RFC 6062).</summary>
internal static class TcpRelayAttacker
{
    /// <summary>A server that relays TCP, for the users alice and eve.</summary>
    public static TurnServerOptions Options(int workers = 1, params string[] allowPeers)
    {
        TurnServerOptions options = AttackServer.Options(allowPeers);
        options.Relay.TcpRelay = true;
        options.Workers = workers;
        options.Users["eve"] = TurnTestClient.Password;
        return options;
    }

    public static byte[] Connecting(this Attacker attacker, string peer) => attacker.Message(StunMethod.Connect, Naming(peer), authenticate: true);

    public static int AllocateTcp(this Attacker attacker)
    {
        byte[] answer = attacker.Request(StunMethod.Allocate, (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Tcp));
        return TurnTestClient.ErrorOf(answer);
    }

    public static int Connect(this Attacker attacker, string peer, out uint connection)
    {
        byte[] answer = attacker.Request(StunMethod.Connect, Naming(peer));
        Attacker.Parse(answer).ReadConnectionId(out connection);
        return TurnTestClient.ErrorOf(answer);
    }

    public static int Connect(this Attacker attacker, string peer) => attacker.Connect(peer, out _);

    public static int BindConnection(this Attacker attacker, uint connection) => TurnTestClient.ErrorOf(
        attacker.Request(StunMethod.ConnectionBind, (ref StunMessageWriter writer) => writer.AddConnectionId(connection)));

    /// <summary>A service on TCP.</summary>
    public static Socket Listen(string address = "127.0.0.1")
    {
        IPAddress local = IPAddress.Parse(address);
        var listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(local, 0));
        listener.Listen(64);
        return listener;
    }

    private static Build Naming(string peer) => (ref StunMessageWriter writer) => writer.AddPeerAddress(TransportAddress.From(IPEndPoint.Parse(peer)));
}
