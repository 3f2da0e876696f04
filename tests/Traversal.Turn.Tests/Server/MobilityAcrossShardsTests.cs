using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>A client that moves may come to another machine than the one that has its allocation; the allocation stays where it is.</summary>
public sealed class MobilityAcrossShardsTests
{
    private const int Owner = 1;
    private const ushort Channel = 0x4001;

    private static readonly TransportAddress Peer = TransportAddress.Parse("9.9.9.9:9");

    private readonly TestRelay _other;
    private readonly TestRelay _owner;
    private readonly TestClient _client;
    private byte[] _ticket;

    public MobilityAcrossShardsTests()
    {
        var group = new RelayGroup(new RelayOptions { Realm = TestRelay.Realm, Mobility = true }, RandomSource.Seeded(1));
        (_other, _owner) = (new TestRelay(group: group), new TestRelay(group: group, shard: Owner));
        _client = new TestClient(_owner);
        _ticket = TicketOf(_client.Allocate((ref writer) => writer.AddEmpty(StunAttributeType.MobilityTicket)));
        _client.ChannelBind(Channel, Peer.ToString());
    }

    [Fact]
    public void It_moves_to_a_path_of_another_machine_and_is_served_through_it()
    {
        TestClient away = MoveTo("198.1.0.7:41000");
        Assert.Equal(_client.Address, FromPeer().Destination);
        Sent data = _owner.FromShard(_other, away.ChannelData(Channel, [1]));
        Assert.Equal(RelayAction.Forward, data.Action);
        Assert.Equal((TestRelay.Udp, away.Address), (FromPeer().Via, FromPeer().Destination));
        Assert.True(_owner.FromShard(_other, away.Refresh()).IsSuccess);
        Assert.True(_client.ChannelData(Channel, [1]).IsNothing);
    }

    [Fact]
    public void A_path_that_it_has_left_is_nobodys_again()
    {
        TestClient first = MoveTo("198.1.0.7:41000");
        _owner.FromShard(_other, first.ChannelData(Channel, [1]));
        TestClient second = MoveTo("198.1.0.7:41001");
        _owner.FromShard(_other, second.ChannelData(Channel, [1]));
        Assert.True(first.ChannelData(Channel, [1]).IsNothing);
        Assert.True(first.Allocate().IsSuccess);

        _client.Address = TransportAddress.Parse("198.1.0.7:41002");
        Assert.True(_client.Request(StunMethod.Refresh, With(_ticket)).IsSuccess);
        Assert.Equal(RelayAction.Forward, _client.ChannelData(Channel, [1]).Action);
        Assert.True(second.ChannelData(Channel, [1]).IsNothing);
        Assert.True(second.Allocate().IsSuccess);
    }

    [Fact]
    public void A_path_is_nobodys_again_when_the_allocation_ends_before_or_after_the_move()
    {
        TestClient away = MoveTo("198.1.0.7:41000");
        Assert.True(_owner.FromShard(_other, away.Refresh(0)).IsSuccess);
        Assert.True(away.Allocate().IsSuccess);
        Assert.Equal(0, _owner.Machine.AllocationCount);
    }

    [Fact]
    public void A_forged_ticket_is_not_handed_over()
    {
        byte[] forged = [.. _ticket];
        forged[0] ^= 1;
        Sent sent = new TestClient(_other, "198.1.0.7:41000").Request(StunMethod.Refresh, With(forged));
        Assert.Equal(RelayAction.Reply, sent.Action);
        Assert.Equal(400, sent.Code);
    }

    [Fact]
    public void It_does_not_move_to_where_the_other_machine_has_an_allocation()
    {
        var away = new TestClient(_other, "198.1.0.7:41000");
        Assert.True(away.Allocate().IsSuccess);
        Sent refused = away.Request(StunMethod.Refresh, With(_ticket));
        Assert.Equal(RelayAction.Reply, refused.Action);
        Assert.Equal(437, refused.Code);
        Assert.True(away.Refresh(0).IsSuccess);
        MoveTo("198.1.0.7:41000");
    }

    [Fact]
    public void A_connection_of_another_machine_is_given_to_the_one_that_has_the_allocation()
    {
        const string Away = "198.1.0.7:41000";
        SocketId there = new(600), here = new(601);
        TransportAddress address = TransportAddress.Parse(Away);
        _other.Machine.OnClientConnected(there, TestRelay.Listener, in address);

        Assert.Equal(RelayAction.MoveConnection, new TestClient(_other, Away, via: there).Request(StunMethod.Refresh, With(_ticket)).Action);
        Assert.Equal(Owner, _other.Machine.HandOver.Shard);

        _owner.Machine.OnClientConnected(here, TestRelay.Listener, in address);
        var moved = new TestClient(_owner, Away, via: here);
        moved.Nonce = moved.Request(StunMethod.Refresh, With(_ticket)).Nonce;
        Assert.True(moved.Request(StunMethod.Refresh, With(_ticket)).IsSuccess);
    }

    [Fact]
    public void A_connection_that_has_an_allocation_stays()
    {
        const string Away = "198.1.0.7:41000";
        var there = new SocketId(600);
        TransportAddress address = TransportAddress.Parse(Away);
        _other.Machine.OnClientConnected(there, TestRelay.Listener, in address);
        var client = new TestClient(_other, Away, via: there);
        client.Allocate();

        Assert.Equal(437, client.Request(StunMethod.Refresh, With(_ticket)).Code);
    }

    [Fact]
    public void Behind_a_proxy_it_is_told_and_known_by_the_address_that_the_proxy_names()
    {
        const string Proxy = "198.1.0.80:5000", Named = "198.9.9.9:6000", Stranger = "198.8.8.8:6000";
        var away = new TestClient(_other, Proxy) { Behind = Named, Nonce = _client.Nonce };
        Sent refused = _owner.FromShard(_other, away.Request(StunMethod.Refresh, With(_ticket)));
        away.Nonce = refused.Nonce;
        Assert.True(_owner.FromShard(_other, away.Request(StunMethod.Refresh, With(_ticket))).IsSuccess);
        Assert.Equal(RelayAction.Forward, _owner.FromShard(_other, away.ChannelData(Channel, [1])).Action);
        Assert.Equal(RelayAction.Forward, _owner.FromShard(_other, away.ChannelData(Channel, [2])).Action);
        Assert.Equal(Proxy, FromPeer().Destination.ToString());
        Assert.Equal(1, _owner.Machine.AllocationCount);

        // The proxy has given its port to another client, who gets nothing of it.
        away.Behind = Stranger;
        Assert.NotEqual(RelayAction.Forward, _owner.FromShard(_other, away.ChannelData(Channel, [3])).Action);
        Assert.Equal(0, _owner.Machine.AllocationCount);
    }

    private TestClient MoveTo(string address)
    {
        var client = new TestClient(_other, address) { Nonce = _client.Nonce };
        Sent answer = _owner.FromShard(_other, client.Request(StunMethod.Refresh, With(_ticket)));
        Assert.True(answer.IsSuccess);
        Assert.Equal(client.Address, answer.Destination);
        _ticket = TicketOf(answer);
        return client;
    }

    private Sent FromPeer() => _owner.FromPeer(_client.Relay, Peer, [1, 2]);

    private static Build With(byte[] ticket) => (ref writer) => writer.Add(StunAttributeType.MobilityTicket, ticket);

    private static byte[] TicketOf(Sent sent) =>
        sent.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? ticket.ToArray() : [];
}
