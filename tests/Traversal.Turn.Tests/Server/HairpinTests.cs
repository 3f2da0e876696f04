using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Two clients of one server reach each other through their relayed addresses.</summary>
public sealed class HairpinTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _left;
    private readonly TestClient _right;

    public HairpinTests()
    {
        _left = new TestClient(_relay, "198.1.0.1:1");
        _right = new TestClient(_relay, "198.1.0.2:2");
        _left.Allocate();
        _right.Allocate();
    }

    [Fact]
    public void Channel_to_channel_stays_in_the_process_and_in_place()
    {
        Assert.True(_left.ChannelBind(0x4001, _right.Relayed.ToString()).IsSuccess);
        Assert.True(_right.ChannelBind(0x4002, _left.Relayed.ToString()).IsSuccess);

        Sent sent = _left.ChannelData(0x4001, [1, 2, 3]);
        Assert.Equal(RelayAction.Forward, sent.Action);
        Assert.Equal((_right.Via, _right.Address), (sent.Via, sent.Destination));
        Assert.Equal([0x40, 0x02, 0, 3, 1, 2, 3], sent.Bytes);
        RelayCounters counters = _relay.Machine.Counters;
        Assert.Equal((1, 1, 1), (counters[RelayCounter.PacketsToPeers], counters[RelayCounter.PacketsToClients], counters[RelayCounter.PacketsInProcess]));
        Assert.Equal((3, 3), (counters[RelayCounter.BytesToPeers], counters[RelayCounter.BytesToClients]));
    }

    [Fact]
    public void The_longest_ChannelData_of_a_stream_is_too_long_for_a_datagram()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        _right.ChannelBind(0x4002, _left.Relayed.ToString());
        Assert.Equal(65_535, _left.ChannelData(0x4001, new byte[65_531]).Bytes.Length);
        Assert.True(_left.ChannelData(0x4001, new byte[65_532]).IsNothing);
        Assert.True(_left.ChannelData(0x4001, new byte[65_535]).IsNothing);
        Assert.Equal(2, _relay.Machine.Counters[RelayCounter.DroppedTooLong]);
    }

    [Fact]
    public void Send_to_Data_names_the_relayed_address_of_the_sender()
    {
        _left.CreatePermission(_right.Relayed.ToString());
        _right.CreatePermission(_left.Relayed.ToString());
        foreach (int length in (int[])[0, 1, 3, 4, 1200, 60_000])
        {
            byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
            Sent sent = _left.SendIndication(_right.Relayed.ToString(), data);
            Assert.Equal((_right.Via, _right.Address), (sent.Via, sent.Destination));
            Assert.Equal(_left.Relayed, sent.Peer);
            Assert.Equal(data, sent.Data);
        }
    }

    [Fact]
    public void Channel_to_Data_is_copied_where_the_header_does_not_fit()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        _right.CreatePermission(_left.Relayed.ToString());
        Sent sent = _left.ChannelData(0x4001, [1, 2, 3]);
        Assert.Equal(RelayAction.Reply, sent.Action);
        Assert.Equal([1, 2, 3], sent.Data);
        Assert.Equal(_left.Relayed, sent.Peer);
    }

    [Fact]
    public void The_receiver_must_have_given_permission()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        Assert.True(_left.ChannelData(0x4001, [1]).IsNothing);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.DroppedNoPermission]);
        _right.CreatePermission(_left.Relayed.ToString());
        Assert.False(_left.ChannelData(0x4001, [1]).IsNothing);
        _relay.Advance(301);
        Assert.True(_left.ChannelData(0x4001, [1]).IsNothing);
    }

    [Fact]
    public void A_relay_that_is_gone_is_reached_no_more_and_neither_is_what_took_its_port()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        _right.CreatePermission(_left.Relayed.ToString());
        _right.Refresh(0);
        Assert.True(_left.ChannelData(0x4001, [1]).IsNothing);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.DroppedByPolicy]);
    }

    [Fact]
    public void Other_ports_of_the_server_are_closed_unless_a_rule_opens_them()
    {
        string address = "198.0.2.1";
        Assert.True(_left.CreatePermission($"{address}:1").IsSuccess);
        Assert.True(_left.SendIndication($"{address}:8080", [1]).IsNothing);
        Assert.Equal(403, _left.ChannelBind(0x4000, $"{address}:8080").Code);
        Assert.True(_relay.FromPeer(_left.Relay, TransportAddress.Parse($"{address}:8080"), [1]).IsNothing);

        Assert.True(PeerRule.TryParse(address, allow: true, out PeerRule? rule));
        var opened = new TestRelay(options => options.PeerPolicy = PeerPolicy.Create([rule!]));
        var client = new TestClient(opened);
        client.Allocate();
        Assert.True(client.ChannelBind(0x4000, $"{address}:8080").IsSuccess);
        Assert.False(client.ChannelData(0x4000, [1]).IsNothing);
        Assert.False(client.SendIndication($"{address}:8081", [1]).IsNothing);
        Assert.False(opened.FromPeer(client.Relay, TransportAddress.Parse($"{address}:8081"), [1]).IsNothing);
        Assert.Equal(403, client.ChannelBind(0x4001, TestRelay.Listener.ToString()).Code);
        Assert.True(client.SendIndication(TestRelay.Listener.ToString(), [1]).IsNothing);

        opened.Group.AddOwnEndpoint(TransportAddress.Parse($"{address}:8081"));
        Assert.True(client.SendIndication($"{address}:8081", [1]).IsNothing);
        opened.Group.RemoveOwnEndpoint(TransportAddress.Parse($"{address}:8081"));
        Assert.False(client.SendIndication($"{address}:8081", [1]).IsNothing);
    }

    [Fact]
    public void A_wildcard_listener_is_closed_on_every_address_of_the_server()
    {
        Assert.True(PeerRule.TryParse("0.0.0.0/0", allow: true, out PeerRule? all));
        Assert.True(PeerRule.TryParse("127.0.0.0/8", allow: true, out PeerRule? loopback));
        var relay = new TestRelay(options => options.PeerPolicy = PeerPolicy.Create([all!, loopback!]));
        relay.Machine.AddListener(new SocketId(9), TransportAddress.Parse("0.0.0.0:5555"), ListenerKind.Datagram, TransportAddress.Parse("198.0.2.77:0"));
        var client = new TestClient(relay);
        client.Allocate();
        foreach (string own in (string[])["198.0.2.1:5555", "198.0.2.77:5555", "127.0.0.1:5555", "127.0.0.9:5555"])
        {
            Assert.Equal(403, client.ChannelBind(0x4000, own).Code);
            Assert.True(client.CreatePermission(own).IsSuccess);
            Assert.True(client.SendIndication(own, [1]).IsNothing);
        }

        Assert.True(client.ChannelBind(0x4000, "127.0.0.1:5556").IsSuccess);
        Assert.True(client.ChannelBind(0x4001, "9.9.9.9:5555").IsSuccess);
    }

    [Fact]
    public void Behind_a_NAT_of_its_own_the_server_knows_its_relays_by_the_external_address()
    {
        var relay = new TestRelay(options => options.RelayAddresses.Add(
            new RelayHostAddress(TransportAddress.Parse("10.0.0.5:0"), TransportAddress.Parse("198.9.9.9:0"))));
        TestClient left = new(relay, "198.1.0.1:1"), right = new(relay, "198.1.0.2:2");
        left.Allocate();
        right.Allocate();
        Assert.True(left.ChannelBind(0x4001, right.Relayed.ToString()).IsSuccess);
        Assert.True(right.ChannelBind(0x4002, left.Relayed.ToString()).IsSuccess);
        Assert.Equal([0x40, 0x02, 0, 1, 9], left.ChannelData(0x4001, [9]).Bytes);
    }

    [Fact]
    public void A_stream_client_gets_its_padding()
    {
        var connection = new SocketId(70);
        var stream = new TestClient(_relay, "198.1.0.3:3", via: connection);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, stream.Address);
        stream.Allocate();
        _left.ChannelBind(0x4001, stream.Relayed.ToString());
        stream.ChannelBind(0x4002, _left.Relayed.ToString());
        Assert.Equal([0x40, 0x02, 0, 1, 9, 0, 0, 0], _left.ChannelData(0x4001, [9]).Bytes);
        Assert.Equal([0x40, 0x02, 0, 4, 1, 2, 3, 4], _left.ChannelData(0x4001, [1, 2, 3, 4]).Bytes);
    }
}
