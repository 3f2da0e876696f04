using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>Receiving a TCP connection on a relayed transport address (RFC 6062 section 5.3).</summary>
public sealed class ArrivalTests
{
    private const string Peer = "9.9.9.9:5555";

    private readonly TcpTestRelay _tcp = new();
    private readonly TestClient _client;
    private readonly TransportAddress _relayed;

    public ArrivalTests()
    {
        _client = _tcp.Allocate();
        _relayed = _tcp.Relay.Last(RelayCommandKind.Listen).Address;
    }

    // RFC6062-5.3-1, RFC6062-5.3-4
    [Fact]
    public void The_client_is_told_of_a_peer_with_a_permission()
    {
        _client.CreatePermission("9.9.9.9:1");
        (uint connection, Sent sent) = _tcp.Relay.PeerArrives(_relayed, Peer);
        Assert.NotEqual(0u, connection);
        Assert.Equal((StunClass.Indication, StunMethod.ConnectionAttempt), (sent.Message.Class, sent.Message.Method));
        Assert.Equal(connection, sent.ConnectionId);
        Assert.Equal(TransportAddress.Parse(Peer), sent.Peer);
        Assert.Equal(_client.Via, sent.Via);
    }

    // RFC6062-5.3-3
    [Fact]
    public void Without_a_permission_it_is_closed_and_nobody_hears_of_it()
    {
        _client.CreatePermission("9.9.9.8:1");
        (uint connection, Sent sent) = _tcp.Relay.PeerArrives(_relayed, Peer);
        Assert.Equal(0u, connection);
        Assert.True(sent.IsNothing);
        Assert.Equal(1, _tcp.Count(RelayCounter.ConnectionsRefused));
    }

    // RFC6062-5.3-3
    [Fact]
    public void A_permission_that_is_over_is_none()
    {
        _client.CreatePermission("9.9.9.9:1");
        _tcp.Relay.Advance(301);
        Assert.Equal(0u, _tcp.Relay.PeerArrives(_relayed, Peer).Connection);
    }

    [Fact]
    public void The_policy_is_asked_again_with_the_port_of_who_comes()
    {
        _client.CreatePermission("9.9.9.9:1");
        Assert.True(PeerRule.TryParse("9.9.9.9/32:5555-5555", allow: false, out PeerRule? rule));
        _tcp.Machine.ReplacePeerPolicy(PeerPolicy.Create([rule!]));
        Assert.Equal(0u, _tcp.Relay.PeerArrives(_relayed, Peer).Connection);
        Assert.NotEqual(0u, _tcp.Relay.PeerArrives(_relayed, "9.9.9.9:5556").Connection);
    }

    // RFC6062-5.3-5
    [Fact]
    public void What_the_client_does_not_bind_in_30_seconds_is_closed()
    {
        _client.CreatePermission(Peer);
        uint connection = _tcp.Relay.PeerArrives(_relayed, Peer).Connection;
        _tcp.Relay.Advance(30.1);
        Assert.Equal(connection, _tcp.Relay.Last(RelayCommandKind.CloseConnection).Connection);
        Assert.Equal(400, _tcp.Connect().Bind(connection).Code);
    }

    [Fact]
    public void A_flood_of_connections_stops_at_the_bound_of_the_allocation()
    {
        _client.CreatePermission(Peer);
        int admitted = Enumerable.Range(1, 1000).Count(port => _tcp.Relay.PeerArrives(_relayed, $"9.9.9.9:{port}").Connection != 0);
        Assert.Equal(32, admitted);
        Assert.Equal(968, _tcp.Count(RelayCounter.ConnectionsRefused));
        _tcp.Relay.Advance(30.1);
        Assert.NotEqual(0u, _tcp.Relay.PeerArrives(_relayed, Peer).Connection);
    }

    [Fact]
    public void A_peer_that_has_connected_is_not_connected_to_as_well()
    {
        _client.CreatePermission(Peer);
        _tcp.Relay.PeerArrives(_relayed, Peer);
        Assert.Equal(446, _client.ConnectTo(Peer).Code);
    }

    [Fact]
    public void An_allocation_of_the_same_server_is_known_by_its_external_address()
    {
        var tcp = new TcpTestRelay(options => options.RelayAddresses.Add(
            new RelayHostAddress(TransportAddress.Parse("10.0.0.5:0"), TransportAddress.Parse("198.0.2.9:0"))));
        TestClient first = tcp.Connect();
        TransportAddress firstKnown = first.AllocateTcp().Relayed;
        TransportAddress firstLocal = tcp.Relay.Last(RelayCommandKind.Listen).Address;
        TestClient second = tcp.Connect();
        TransportAddress secondKnown = second.AllocateTcp().Relayed;
        TransportAddress secondLocal = tcp.Relay.Last(RelayCommandKind.Listen).Address;

        Assert.True(first.ConnectTo(secondKnown.ToString()).IsNothing);
        Assert.Equal(secondLocal, tcp.Relay.Last(RelayCommandKind.Connect).Address);
        second.CreatePermission(firstKnown.ToString());
        Assert.Equal(firstKnown, tcp.Relay.PeerArrives(secondLocal, firstLocal.ToString()).Indication.Peer);
    }
}
