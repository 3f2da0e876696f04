using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>The requests of RFC 6062.</summary>
internal static class TcpTestClient
{
    public static Sent AllocateTcp(this TestClient client, Build? build = null) => client.Request(
        StunMethod.Allocate,
        (ref writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Tcp);
            build?.Invoke(ref writer);
        });

    public static Sent ConnectTo(this TestClient client, string peer) =>
        client.Request(StunMethod.Connect, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse(peer)));

    public static Sent Bind(this TestClient client, uint connection) =>
        client.Request(StunMethod.ConnectionBind, (ref writer) => writer.AddConnectionId(connection));
}
