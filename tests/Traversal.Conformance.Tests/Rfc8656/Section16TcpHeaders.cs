using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 16: from peers by UDP to a client on a connection. What concerns headers of IP is the system's, as it prefers.</summary>
public sealed class Section16TcpHeaders
{
    private const string Peer = "9.9.9.9:9";

    [Fact]
    [Trait("Requirement", "RFC8656-16-1")]
    public void Whole_datagrams_and_errors_of_the_path_are_forwarded_over_the_connection()
    {
        var relay = new TestRelay();
        var connection = new SocketId(70);
        var client = new TestClient(relay, via: connection);
        relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);
        client.Allocate();
        client.CreatePermission(Peer);

        Sent data = relay.FromPeer(client.Relay, TransportAddress.Parse(Peer), new byte[9000]);
        Sent error = relay.FromPath(client.Relay, TransportAddress.Parse(Peer), new IcmpError(3, 3, 0));

        Assert.Equal((connection, connection), (data.Via, error.Via));
        Assert.Equal(9000, data.Data.Length);
        Assert.True(error.Message.Has(StunAttributeType.Icmp));
    }
}
