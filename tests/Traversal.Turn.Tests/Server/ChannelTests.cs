using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class ChannelTests
{
    private readonly TestRelay _relay = new(options => options.MaxChannels = 3);
    private readonly TestClient _client;

    public ChannelTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
    }

    // RFC8656-12.5-1
    [Fact]
    public void Data_goes_both_ways_and_the_server_uses_the_channel()
    {
        Sent bound = _client.ChannelBind(0x4000, "9.9.9.9:9");
        Assert.True(bound.IsSuccess);
        _client.AssertSigned(bound);

        Sent toPeer = _client.ChannelData(0x4000, [1, 2, 3]);
        Assert.Equal((_client.Relay, TransportAddress.Parse("9.9.9.9:9")), (toPeer.Via, toPeer.Destination));
        Assert.Equal([1, 2, 3], toPeer.Bytes);

        Sent toClient = FromPeer("9.9.9.9:9", [4, 5, 6, 7, 8]);
        Assert.Equal((_client.Via, _client.Address), (toClient.Via, toClient.Destination));
        Assert.Equal([0x40, 0, 0, 5, 4, 5, 6, 7, 8], toClient.Bytes);
        Assert.Equal((1, 3), (Counter(RelayCounter.PacketsToPeers), Counter(RelayCounter.BytesToPeers)));
        Assert.Equal((1, 5), (Counter(RelayCounter.PacketsToClients), Counter(RelayCounter.BytesToClients)));
    }

    [Fact]
    public void Empty_datagrams_are_relayed()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Sent toPeer = _client.ChannelData(0x4000, []);
        Assert.Equal(RelayAction.Forward, toPeer.Action);
        Assert.Empty(toPeer.Bytes);
        Assert.Equal([0x40, 0, 0, 0], FromPeer("9.9.9.9:9", []).Bytes);
    }

    [Fact]
    public void Padding_behind_the_data_is_not_relayed()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Assert.Equal([1], _client.Send([0x40, 0, 0, 1, 1, 0, 0, 0]).Bytes);
        Assert.True(_client.Send([0x40, 0, 0, 2, 1]).IsNothing);
    }

    [Fact]
    public void Another_port_of_the_peer_has_the_permission_but_not_the_channel()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Sent sent = FromPeer("9.9.9.9:10", [1]);
        Assert.Equal(StunMethod.Data, sent.Message.Method);
        Assert.Equal(TransportAddress.Parse("9.9.9.9:10"), sent.Peer);
    }

    [Theory]
    [InlineData(0, 400, 400)]
    [InlineData(0x3FFF, 400, 400)]
    [InlineData(0x5000, 0, 400)]
    [InlineData(0x7FFF, 0, 400)]
    [InlineData(0x8000, 400, 400)]
    [InlineData(0xFFFF, 400, 400)]
    public void Numbers_out_of_range_are_400_and_those_of_old_clients_too_unless_they_are_served(ushort number, int code, int strictCode)
    {
        Assert.Equal(code, _client.ChannelBind(number, "9.9.9.9:9").Code);
        if (code == 0) Assert.Equal([1], _client.ChannelData(number, [1]).Bytes);

        var strict = new TestClient(new TestRelay(options => options.ServeClassicChannels = false));
        strict.Allocate();
        Assert.Equal(strictCode, strict.ChannelBind(number, "9.9.9.9:9").Code);
    }

    [Fact]
    public void A_missing_or_malformed_attribute_is_400()
    {
        Assert.Equal(400, _client.Request(StunMethod.ChannelBind, (ref writer) => writer.AddChannelNumber(new ChannelNumber(0x4000))).Code);
        Assert.Equal(400, _client.Request(StunMethod.ChannelBind, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"))).Code);
        Assert.Equal(400, _client.ChannelBind(0x4000, "9.9.9.9:0").Code);
        Assert.Equal(400, _client.Request(StunMethod.ChannelBind, (ref writer) =>
        {
            writer.Add(StunAttributeType.ChannelNumber, [0x40, 0]);
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
        }).Code);
    }

    [Fact]
    public void A_number_has_one_peer_and_a_peer_one_number()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Assert.Equal(400, _client.ChannelBind(0x4000, "9.9.9.9:10").Code);
        Assert.Equal(400, _client.ChannelBind(0x4001, "9.9.9.9:9").Code);
        Assert.True(_client.ChannelBind(0x4000, "9.9.9.9:9").IsSuccess);
        Assert.True(_client.ChannelBind(0x4001, "9.9.9.9:10").IsSuccess);
        Assert.Equal(400, _client.ChannelBind(0x4000, "9.9.9.9:10").Code);
    }

    // RFC8656-12.2-1
    [Fact]
    public void Another_family_is_443_and_a_forbidden_peer_403()
    {
        Assert.Equal(443, _client.ChannelBind(0x4000, "[2a00:9::1]:9").Code);
        Assert.Equal(403, _client.ChannelBind(0x4000, "10.0.0.1:9").Code);
    }

    [Fact]
    public void A_channel_lasts_ten_minutes_and_data_does_not_refresh_it()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Assert.True(_client.Refresh(3600).IsSuccess);
        for (int i = 0; i < 59; i++)
        {
            _relay.Advance(10);
            Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        }

        _relay.Advance(9.9);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        _relay.Advance(0.2);
        Assert.True(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.Equal(1, Counter(RelayCounter.DroppedNoChannel));
    }

    [Fact]
    public void Its_permission_lasts_five_and_without_it_the_peer_is_not_heard()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _relay.Advance(301);
        Assert.True(FromPeer("9.9.9.9:9", [1]).IsNothing);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        _client.CreatePermission("9.9.9.9:1");
        Assert.Equal([0x40, 0, 0, 1, 1], FromPeer("9.9.9.9:9", [1]).Bytes);
    }

    [Fact]
    public void A_refreshed_binding_keeps_its_number_and_permission()
    {
        _client.Refresh(3600);
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        for (int i = 0; i < 5; i++)
        {
            _relay.Advance(290);
            _client.Nonce = [];
            Assert.True(_client.ChannelBind(0x4000, "9.9.9.9:9").IsSuccess);
        }

        Assert.Equal([0x40, 0, 0, 1, 1], FromPeer("9.9.9.9:9", [1]).Bytes);
    }

    [Fact]
    public void For_five_minutes_after_its_end_a_channel_can_only_be_bound_as_before()
    {
        _client.Refresh(3600);
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _relay.Advance(890);
        _client.Nonce = [];
        Assert.Equal(400, _client.ChannelBind(0x4000, "9.9.9.8:9").Code);
        Assert.Equal(400, _client.ChannelBind(0x4001, "9.9.9.9:9").Code);
        _relay.Advance(11);
        Assert.True(_client.ChannelBind(0x4000, "9.9.9.8:9").IsSuccess);
        Assert.True(_client.ChannelBind(0x4001, "9.9.9.9:9").IsSuccess);
    }

    [Fact]
    public void After_its_end_it_can_be_bound_as_before_at_once()
    {
        _client.Refresh(3600);
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _relay.Advance(700);
        _client.Nonce = [];
        Assert.True(_client.ChannelBind(0x4000, "9.9.9.9:9").IsSuccess);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        _relay.Advance(400);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
    }

    [Fact]
    public void An_expired_channel_with_a_live_permission_becomes_a_Data_indication()
    {
        _client.Refresh(3600);
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _relay.Advance(500);
        _client.CreatePermission("9.9.9.9:1");
        _relay.Advance(200);
        Assert.Equal(StunMethod.Data, FromPeer("9.9.9.9:9", [1]).Message.Method);
    }

    [Fact]
    public void There_is_a_limit_of_channels()
    {
        for (int i = 0; i < 3; i++) Assert.True(_client.ChannelBind((ushort)(0x4000 + i), $"9.9.9.{i}:9").IsSuccess);
        Assert.Equal(508, _client.ChannelBind(0x4003, "9.9.9.7:9").Code);
        Assert.True(_client.ChannelBind(0x4001, "9.9.9.1:9").IsSuccess);
    }

    [Fact]
    public void There_is_a_limit_of_the_permissions_that_channels_need()
    {
        var relay = new TestRelay(options => options.MaxPermissions = 1);
        var client = new TestClient(relay);
        client.Allocate();
        Assert.True(client.ChannelBind(0x4000, "9.9.9.9:9").IsSuccess);
        Assert.True(client.ChannelBind(0x4001, "9.9.9.9:10").IsSuccess);
        Assert.Equal(508, client.ChannelBind(0x4002, "9.9.9.8:9").Code);
    }

    [Fact]
    public void The_same_number_in_two_allocations_is_two_channels()
    {
        var other = new TestClient(_relay, "198.1.0.8:1");
        other.Allocate();
        _client.ChannelBind(0x4000, "9.9.9.1:1");
        other.ChannelBind(0x4000, "9.9.9.2:2");
        Assert.Equal(TransportAddress.Parse("9.9.9.1:1"), _client.ChannelData(0x4000, [1]).Destination);
        Assert.Equal(TransportAddress.Parse("9.9.9.2:2"), other.ChannelData(0x4000, [1]).Destination);
    }

    [Fact]
    public void Channel_data_from_elsewhere_is_dropped()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        Assert.True(new TestClient(_relay, "198.1.0.7:40001").ChannelData(0x4000, [1]).IsNothing);
        Assert.True(new TestClient(_relay, "198.1.0.7:40000", via: new SocketId(77)).ChannelData(0x4000, [1]).IsNothing);
        Assert.Equal(2, Counter(RelayCounter.DroppedNoChannel));
    }

    private long Counter(RelayCounter counter) => _relay.Machine.Counters[counter];

    private Sent FromPeer(string peer, byte[] data) => _relay.FromPeer(_client.Relay, TransportAddress.Parse(peer), data);
}
