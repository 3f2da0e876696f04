using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>Receiving a Connect request (RFC 6062 section 5.2).</summary>
public sealed class ConnectTests
{
    private const string Peer = "9.9.9.9:80";

    private readonly TcpTestRelay _tcp = new();
    private readonly TestClient _client;

    public ConnectTests() => _client = _tcp.Allocate();

    private RelayCommand LastConnect => _tcp.Relay.Last(RelayCommandKind.Connect);

    // RFC6062-5.2-6, RFC6062-5.2-10
    [Fact]
    public void It_is_answered_with_a_number_when_the_peer_is_connected()
    {
        Assert.True(_client.ConnectTo(Peer).IsNothing);
        Assert.Equal(TransportAddress.Parse(Peer), LastConnect.Address);
        Sent answer = _tcp.Relay.PeerConnected(LastConnect.Connection);
        _client.AssertSigned(answer);
        Assert.Equal(StunMethod.Connect, answer.Message.Method);
        Assert.Equal(LastConnect.Connection, answer.ConnectionId);
        Assert.NotEqual(0u, answer.ConnectionId);
    }

    // RFC6062-5.2-11
    [Fact]
    public void The_numbers_of_all_machines_of_a_server_differ()
    {
        var second = new TcpTestRelay(group: _tcp.Relay.Group, shard: 1);
        TestClient other = second.Allocate("198.1.0.8");
        var numbers = new HashSet<uint>();
        for (int port = 1; port <= 30; port++)
        {
            Assert.True(numbers.Add(_tcp.Pending(_client, $"9.9.9.9:{port}")));
            Assert.True(numbers.Add(second.Pending(other, $"9.9.9.9:{port}")));
        }

        // Not one after the other, or the next one could be guessed.
        Assert.DoesNotContain(numbers, number => numbers.Contains(number + 1));
    }

    // RFC6062-5.2-1
    [Fact]
    public void Without_an_allocation_or_with_one_for_UDP_it_is_437()
    {
        Assert.Equal(437, _tcp.Connect().ConnectTo(Peer).Code);
        TestClient udp = _tcp.Connect();
        udp.Allocate();
        Assert.Equal(437, udp.ConnectTo(Peer).Code);
    }

    // RFC6062-5.2-2, RFC6062-4.3-9
    [Fact]
    public void The_same_peer_while_it_is_being_connected_is_446_and_nothing_hangs()
    {
        _client.ConnectTo(Peer);
        for (int i = 0; i < 100; i++) Assert.Equal(446, _client.ConnectTo(Peer).Code);
        Assert.True(_client.ConnectTo("9.9.9.9:81").IsNothing);
        Assert.True(_client.Refresh().IsSuccess);
        Assert.Equal(100, _tcp.Count(RelayCounter.ConnectionsExisting));
    }

    // RFC6062-5.2-3
    [Fact]
    public void The_same_peer_is_446_while_the_connection_is_pending_or_bound_but_not_after()
    {
        uint pending = _tcp.Pending(_client, Peer);
        Assert.Equal(446, _client.ConnectTo(Peer).Code);
        Assert.True(_tcp.Connect().Bind(pending).IsSuccess);
        _tcp.Machine.OnConnectionBound(pending, _tcp.Relay.Clock);
        Assert.Equal(446, _client.ConnectTo(Peer).Code);
        _tcp.Machine.OnConnectionClosed(pending);
        _tcp.Pending(_client, Peer);
    }

    // RFC6062-5.2-4, RFC6062-4.3-2
    [Fact]
    public void Without_a_peer_or_with_one_that_is_none_it_is_400()
    {
        Assert.Equal(400, _client.Request(StunMethod.Connect).Code);
        Assert.Equal(400, _client.Request(StunMethod.Connect, (ref writer) => writer.Add(StunAttributeType.XorPeerAddress, new byte[7])).Code);
        Assert.Equal(400, _client.ConnectTo("9.9.9.9:0").Code);
        Assert.Equal(443, _client.ConnectTo("[2a00::9]:80").Code);
    }

    // RFC6062-5.2-5
    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("10.1.2.3:80")]
    [InlineData("169.254.169.254:80")]
    [InlineData("0.0.0.0:80")]
    [InlineData("198.0.2.1:3478")]
    [InlineData("198.0.2.1:22")]
    public void A_peer_that_the_policy_refuses_is_403(string peer)
    {
        Assert.Equal(403, _client.ConnectTo(peer).Code);
        Assert.DoesNotContain(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.Connect);
    }

    [Fact]
    public void A_TCP_allocation_of_the_same_server_can_be_reached_but_its_own_cannot()
    {
        TransportAddress own = _tcp.Relay.Last(RelayCommandKind.Listen).Address;
        TestClient other = _tcp.Allocate("198.1.0.8");
        Assert.True(other.ConnectTo(own.ToString()).IsNothing);
        Assert.Equal(own, LastConnect.Address);
        Assert.Equal(403, _client.ConnectTo(own.ToString()).Code);
    }

    [Fact]
    public void A_UDP_allocation_of_the_same_server_is_no_peer_for_TCP()
    {
        var udp = new TestClient(_tcp.Relay);
        udp.Allocate();
        Assert.Equal(403, _client.ConnectTo(udp.Relayed.ToString()).Code);
    }

    // RFC6062-5.2-7
    [Fact]
    public void A_peer_that_cannot_be_connected_is_447_and_may_be_tried_again()
    {
        _client.ConnectTo(Peer);
        Sent answer = _tcp.Relay.PeerConnectFailed(LastConnect.Connection);
        Assert.Equal(447, answer.Code);
        _client.AssertSigned(answer);
        Assert.True(_client.ConnectTo(Peer).IsNothing);
    }

    // RFC6062-5.2-7, RFC6062-5.2-8
    [Fact]
    public void It_is_given_up_after_30_seconds_and_not_before()
    {
        _client.ConnectTo(Peer);
        _tcp.Relay.Advance(29.9);
        Assert.DoesNotContain(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.CloseConnection);
        _tcp.Relay.Advance(0.2);
        Assert.Equal(LastConnect.Connection, _tcp.Relay.Last(RelayCommandKind.CloseConnection).Connection);
        Assert.Equal(1, _tcp.Count(RelayCounter.ConnectFailures));
        Assert.Equal(0, _tcp.Relay.Group.PeerConnectionCount);
    }

    [Fact]
    public void One_that_is_connected_as_it_is_given_up_is_447_all_the_same()
    {
        _client.ConnectTo(Peer);
        uint connection = LastConnect.Connection;
        _tcp.Relay.HoldsCommands = true;
        _tcp.Relay.Advance(31);
        Assert.Equal(447, _tcp.Relay.PeerConnected(connection).Code);
        Assert.True(_tcp.Relay.PeerConnected(connection).IsNothing);
    }

    // RFC6062-5.2-12
    [Fact]
    public void What_nobody_binds_in_30_seconds_is_closed()
    {
        uint pending = _tcp.Pending(_client, Peer);
        _tcp.Relay.Advance(29.9);
        Assert.Equal(1, _tcp.Relay.Group.PeerConnectionCount);
        _tcp.Relay.Advance(0.2);
        Assert.Equal(pending, _tcp.Relay.Last(RelayCommandKind.CloseConnection).Connection);
        Assert.Equal(0, _tcp.Relay.Group.PeerConnectionCount);
        Assert.Equal(400, _tcp.Connect().Bind(pending).Code);
        Assert.Equal(1, _tcp.Count(RelayCounter.ConnectionsExpired));
    }

    [Fact]
    public void Ten_thousand_connects_take_no_more_than_their_bound()
    {
        for (int i = 0; i < 10_000; i++) _client.ConnectTo($"9.9.{i >> 8}.{i & 255}:80");
        Assert.Equal(32, _tcp.Relay.Group.PeerConnectionCount);
        Assert.Equal(10_000 - 32, _tcp.Count(RelayCounter.QuotasReached));
        Assert.True(_client.Refresh().IsSuccess);
    }

    [Fact]
    public void A_scan_of_ports_is_as_slow_as_the_limit_says()
    {
        for (int second = 0; second < 60; second++)
        {
            for (int i = 0; i < 100; i++)
            {
                if (_client.ConnectTo($"9.9.9.9:{1 + 100 * second + i}").IsNothing) _tcp.Relay.PeerConnectFailed(LastConnect.Connection);
            }

            _tcp.Relay.Advance(1);
        }

        Assert.InRange(_tcp.Count(RelayCounter.ConnectFailures), 120, 120 + 32);
    }

    [Fact]
    public void A_user_with_as_many_connections_as_it_may_have_says_486_and_others_go_on()
    {
        var tcp = new TcpTestRelay(options => options.MaxPeerConnectionsPerUser = 3);
        TestClient first = tcp.Allocate(), second = tcp.Allocate("198.1.0.8"), other = tcp.Connect("other", "word");
        Assert.True(other.AllocateTcp().IsSuccess);
        TransportAddress relayed = tcp.Relay.Commands.Where(command => command.Kind == RelayCommandKind.Listen).ElementAt(1).Address;
        uint connection = tcp.Pending(first, "9.9.9.9:1");
        tcp.Pending(first, "9.9.9.9:2");
        tcp.Pending(second, "9.9.9.9:1");
        Assert.Equal(486, second.ConnectTo("9.9.9.9:2").Code);
        tcp.Pending(other, "9.9.9.9:1");
        Assert.True(second.CreatePermission("9.9.9.8:9").IsSuccess);
        Assert.Equal(0u, tcp.Relay.PeerArrives(relayed, "9.9.9.8:9").Connection);
        tcp.Machine.OnConnectionClosed(connection);
        tcp.Pending(second, "9.9.9.9:2");
        Assert.Equal(486, first.ConnectTo("9.9.9.9:1").Code);
        tcp.Relay.Advance(31); // Nobody binds any of them.
        Assert.Equal(0, tcp.Relay.Group.PeerConnectionCount);
        for (int port = 1; port <= 3; port++) tcp.Pending(first, $"9.9.9.9:{port}");
    }

    [Fact]
    public void A_server_with_as_many_connections_as_it_may_have_says_508()
    {
        var tcp = new TcpTestRelay(options => options.MaxPeerConnections = 2);
        TestClient client = tcp.Allocate();
        uint first = tcp.Pending(client, "9.9.9.9:1");
        tcp.Pending(client, "9.9.9.9:2");
        Assert.Equal(508, client.ConnectTo("9.9.9.9:3").Code);
        tcp.Machine.OnConnectionClosed(first);
        Assert.True(client.ConnectTo("9.9.9.9:3").IsNothing);
    }
}
