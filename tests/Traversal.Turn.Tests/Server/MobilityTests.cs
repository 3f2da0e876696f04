using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class MobilityTests
{
    private const string Home = "198.1.0.7:40000", Away = "198.1.0.7:41000", Elsewhere = "198.7.7.7:42000";
    private const ushort Channel = 0x4000;

    private static readonly TransportAddress Peer = TransportAddress.Parse("9.9.9.9:9");

    private readonly TestRelay _relay = new(options => options.Mobility = true, TestRelay.Credentials(("other", "word")));
    private readonly TestClient _client;

    public MobilityTests() => _client = new TestClient(_relay, Home);

    // RFC8016-3.1.4-1 is the client's; the server's part of section 3.1.2 has no key word.
    [Fact]
    public void Without_the_option_a_wish_for_a_ticket_is_405()
    {
        var client = new TestClient(new TestRelay());
        Assert.Equal(405, client.Allocate(AskForTicket).Code);
        Assert.Equal(405, Move(client, Home, new byte[32]).Code);
        Assert.True(client.Allocate().IsSuccess);
    }

    [Fact]
    public void An_Allocate_with_a_ticket_that_is_not_empty_is_400() =>
        Assert.Equal(400, _client.Allocate((ref writer) => writer.Add(StunAttributeType.MobilityTicket, [1])).Code);

    // RFC8016-5-1, RFC8016-5-2
    [Fact]
    public void A_ticket_is_32_printable_bytes_that_differ_in_every_one_of_two_allocations()
    {
        byte[] first = Start(), second = TicketOf(new TestClient(_relay, "198.1.0.7:2").Allocate(AskForTicket));
        Assert.Equal(32, first.Length);
        Assert.All(first, letter => Assert.InRange(letter, (byte)'!', (byte)'~'));
        Assert.InRange(first.Zip(second).Count(pair => pair.First == pair.Second), 0, 8);
        Assert.False(new TestClient(_relay, "198.1.0.7:3").Allocate().Message.Has(StunAttributeType.MobilityTicket));
    }

    // RFC8016-3.2.2-4, RFC8016-3.2.2-5
    [Fact]
    public void A_client_moves_and_the_old_path_serves_until_data_comes_by_the_new_one()
    {
        byte[] ticket = Start();
        Sent moved = MoveTo(Away, ticket);
        Assert.True(moved.IsSuccess);
        Assert.NotEqual(ticket, TicketOf(moved));

        Assert.Equal(Home, FromPeer().Destination.ToString());
        Assert.Equal(RelayAction.Forward, At(Home).ChannelData(Channel, [1]).Action);
        Assert.True(At(Away).Refresh().IsSuccess);
        Assert.Equal(Home, FromPeer().Destination.ToString());

        Assert.Equal(RelayAction.Forward, At(Away).ChannelData(Channel, [1]).Action);
        Assert.Equal(Away, FromPeer().Destination.ToString());
        Assert.True(At(Home).ChannelData(Channel, [1]).IsNothing);
        Assert.Equal(437, At(Home).Refresh().Code);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.Moves]);
    }

    [Fact]
    public void A_Send_indication_by_the_new_path_ends_the_old_one_too()
    {
        MoveTo(Elsewhere, Start());
        Assert.Equal(RelayAction.Forward, At(Elsewhere).SendIndication(Peer.ToString(), [1]).Action);
        Assert.Equal(Elsewhere, FromPeer().Destination.ToString());
    }

    // RFC8016-3.2.2-6
    [Fact]
    public void A_client_moves_again_and_again_with_the_newest_ticket()
    {
        byte[] ticket = Start();
        for (int i = 0; i < 20; i++)
        {
            string address = $"198.1.{i}.9:{50000 + i}";
            Sent moved = MoveTo(address, ticket);
            Assert.True(moved.IsSuccess);
            ticket = TicketOf(moved);
            if (i % 3 == 0) Assert.Equal(RelayAction.Forward, At(address).ChannelData(Channel, [1]).Action);
        }

        Assert.Equal(1, _relay.Machine.AllocationCount);
        Assert.Equal(1, _relay.Group.ChargedCount);
    }

    [Fact]
    public void One_hand_over_is_pending_at_most_and_the_newest_counts()
    {
        Sent first = MoveTo(Away, Start());
        Assert.True(MoveTo(Elsewhere, TicketOf(first)).IsSuccess);
        Assert.True(At(Away).ChannelData(Channel, [1]).IsNothing);
        Assert.Equal(437, At(Away).Refresh().Code);
        Assert.Equal(Home, FromPeer().Destination.ToString());
        Assert.Equal(RelayAction.Forward, At(Elsewhere).ChannelData(Channel, [1]).Action);
    }

    [Fact]
    public void A_retransmission_with_the_old_ticket_gets_the_same_answer_even_after_the_move()
    {
        byte[] ticket = Start();
        TestClient away = At(Away);
        away.Refresh();
        byte[] request = away.Message(StunMethod.Refresh, With(ticket), TestClient.NewId(), authenticate: true);
        Sent first = away.Send(request);
        Assert.True(first.IsSuccess);
        Assert.Equal(first.Bytes, away.Send(request).Bytes);
        away.ChannelData(Channel, [1]);
        _relay.Advance(30);
        Assert.Equal(TicketOf(first), TicketOf(away.Send(request)));
    }

    // RFC8016-3.2.2-2
    [Fact]
    public void A_ticket_that_was_redeemed_is_400_from_anywhere_else()
    {
        byte[] ticket = Start();
        MoveTo(Away, ticket);
        Assert.Equal(400, MoveTo(Elsewhere, ticket).Code);
        At(Away).ChannelData(Channel, [1]);
        Assert.Equal(400, MoveTo(Home, ticket).Code);
        Assert.Equal(Away, FromPeer().Destination.ToString());
    }

    // RFC8016-3.2.2-2, RFC8016-5-1
    [Fact]
    public void No_single_change_to_a_ticket_passes()
    {
        byte[] ticket = Start();
        for (int i = 0; i < ticket.Length; i++)
        {
            byte[] changed = [.. ticket];
            changed[i] = changed[i] == (byte)'A' ? (byte)'Q' : (byte)'A';
            Assert.Equal(400, MoveTo(Away, changed).Code);
        }

        foreach (byte[] nonsense in (byte[][])[[], [1], new byte[32], new byte[600]]) Assert.Equal(400, MoveTo(Away, nonsense).Code);
        Assert.True(MoveTo(Away, ticket).IsSuccess);
    }

    [Fact]
    public void A_ticket_from_where_the_client_is_already_is_400() => Assert.Equal(400, MoveTo(Home, Start()).Code);

    // RFC8016-3.2.2-1
    [Fact]
    public void A_ticket_of_an_allocation_that_ended_is_437()
    {
        byte[] ticket = Start();
        _client.Refresh(0);
        Assert.Equal(437, MoveTo(Away, ticket).Code);

        // Nor is it the ticket of the next one in its place.
        Assert.True(_client.Allocate(AskForTicket).IsSuccess);
        Assert.Equal(437, MoveTo(Away, ticket).Code);
    }

    // RFC8016-3.2.2-3, RFC8016-5-3, RFC8016-5-4; coturn#1969
    [Fact]
    public void Anothers_ticket_is_441()
    {
        byte[] ticket = Start();
        var thief = new TestClient(_relay, Elsewhere, "other", "word");
        Assert.Equal(441, Move(thief, Elsewhere, ticket).Code);
        Assert.Equal(401, Move(new TestClient(_relay, Elsewhere, "user", "wrong"), Elsewhere, ticket).Code);
        Assert.Equal(RelayAction.Forward, _client.ChannelData(Channel, [1]).Action);
    }

    [Fact]
    public void A_place_that_has_an_allocation_takes_no_other()
    {
        byte[] ticket = Start();
        At(Away).Allocate();
        Assert.Equal(437, MoveTo(Away, ticket).Code);

        byte[] second = TicketOf(new TestClient(_relay, "198.1.0.7:5").Allocate(AskForTicket));
        Assert.True(MoveTo(Elsewhere, ticket).IsSuccess);
        Assert.Equal(437, MoveTo(Elsewhere, second).Code);
    }

    // RFC8656-21.4: what no Allocate may come from no allocation may move to.
    [Fact]
    public void No_client_moves_into_a_tunnel_or_to_a_relayed_address()
    {
        byte[] ticket = Start();
        foreach (string loop in (string[])["[2002:808:808::1]:7", "[2001:0:808:808::1]:7", _client.Relayed.ToString()])
            Assert.Equal(403, MoveTo(loop, ticket).Code);
        Assert.True(MoveTo(Away, ticket).IsSuccess);
    }

    [Fact]
    public void A_connection_to_which_an_allocation_moves_is_trusted_from_there_on()
    {
        byte[] ticket = Start();
        var stream = new SocketId(500);
        TransportAddress address = TransportAddress.Parse("198.1.0.7:600");
        _relay.Machine.OnClientConnected(stream, TestRelay.Listener, in address);
        var client = new TestClient(_relay, "198.1.0.7:600", via: stream);
        Assert.Equal(400, Move(client, "198.1.0.7:600", new byte[32]).Code);
        Assert.DoesNotContain(_relay.Commands, command => command.Kind == RelayCommandKind.TrustClient);
        Assert.True(Move(client, "198.1.0.7:600", ticket).IsSuccess);
        Assert.Equal(stream, _relay.Last(RelayCommandKind.TrustClient).Client);
    }

    // GHSA-f6hc-79w3-p8pq
    [Fact]
    public void The_quota_stays_with_the_allocation_wherever_it_goes_and_when_its_connection_closes()
    {
        var relay = new TestRelay(options =>
        {
            options.Mobility = true;
            options.MaxAllocationsPerUser = 2;
        });
        for (int i = 0; i < 2; i++)
        {
            var stream = new SocketId(500 + i);
            TransportAddress address = TransportAddress.Parse($"198.1.0.7:{600 + i}");
            relay.Machine.OnClientConnected(stream, TestRelay.Listener, in address);
            Assert.True(new TestClient(relay, address.ToString(), via: stream).Allocate(AskForTicket).IsSuccess);
            relay.Machine.OnClientGone(stream, relay.Clock);
        }

        Assert.Equal(2, relay.Group.ChargedCount);
        Assert.Equal(486, new TestClient(relay, "198.1.0.7:700").Allocate(AskForTicket).Code);
        relay.Advance(601);
        Assert.Equal(0, relay.Group.ChargedCount);
        Assert.Equal(0, relay.OpenSockets);
        Assert.True(new TestClient(relay, "198.1.0.7:700").Allocate(AskForTicket).IsSuccess);
    }

    [Fact]
    public void A_client_that_leaves_loopback_is_exempt_no_more()
    {
        var relay = new TestRelay(options => (options.Mobility, options.MaxAllocationsPerUser, options.BytesPerSecond) = (true, 1, 10_000));
        TestClient[] local = [new(relay, "127.0.0.1:1"), new(relay, "127.0.0.1:2")];
        byte[][] tickets = [.. local.Select(client => TicketOf(client.Allocate(AskForTicket)))];
        Assert.True(local[0].ChannelBind(Channel, Peer.ToString()).IsSuccess);
        var away = new TestClient(relay, Away);
        Assert.True(Move(away, Away, tickets[0]).IsSuccess);
        Assert.Equal(486, Move(new TestClient(relay, Elsewhere), Elsewhere, tickets[1]).Code);
        Assert.Equal(486, new TestClient(relay, "198.1.0.7:3").Allocate().Code);
        Assert.Equal(2, relay.Group.ChargedCount);

        int sent = 0;
        for (int i = 0; i < 100; i++) sent += away.ChannelData(Channel, new byte[1000]).IsNothing ? 0 : 1;
        Assert.InRange(sent, 1, 10);
        Assert.True(away.Refresh(0).IsSuccess);
        Assert.True(Move(new TestClient(relay, Elsewhere), Elsewhere, tickets[1]).IsSuccess);
        relay.Advance(601);
        Assert.Equal(0, relay.Group.ChargedCount);
    }

    [Fact]
    public void A_dual_allocation_that_leaves_loopback_counts_twice()
    {
        var relay = new TestRelay(options => (options.Mobility, options.MaxAllocationsPerUser) = (true, 1));
        Build asDual = (ref writer) =>
        {
            AskForTicket(ref writer);
            writer.AddAdditionalAddressFamily(IPFamily.IPv6);
        };
        byte[] ticket = TicketOf(new TestClient(relay, "127.0.0.1:1").Allocate(asDual));
        Assert.Equal(486, Move(new TestClient(relay, Away), Away, ticket).Code);
        Assert.Equal(2, relay.Group.ChargedCount);
        Assert.True(new TestClient(relay, "198.1.0.7:3").Allocate().IsSuccess);
    }

    // GHSA-hpq3-g7x4-h7xx
    [Fact]
    public void Moves_without_end_leave_nothing_behind()
    {
        byte[] ticket = Start();
        for (int i = 0; i < 1000; i++) ticket = TicketOf(MoveTo($"198.2.{i % 250}.9:{1024 + i}", ticket));
        Assert.Equal(1, _relay.Machine.AllocationCount);
        for (int i = 0; i < 999; i++) Assert.True(_relay.FromClient(TestRelay.Udp, TransportAddress.Parse($"198.2.{i % 250}.9:{1024 + i}"), [0x40, 0, 0, 1, 1]).IsNothing);
        Assert.Equal(0, _relay.Machine.Counters[RelayCounter.Moves]);
        _relay.Advance(601);
        Assert.Equal(0, _relay.Group.ChargedCount);
        Assert.Equal(437, MoveTo(Away, ticket).Code);
    }

    [Fact]
    public void A_client_whose_connection_broke_comes_back_by_another_at_once()
    {
        var stream = new SocketId(500);
        TransportAddress address = TransportAddress.Parse("198.1.0.7:600");
        _relay.Machine.OnClientConnected(stream, TestRelay.Listener, in address);
        var client = new TestClient(_relay, "198.1.0.7:600", via: stream);
        byte[] ticket = TicketOf(client.Allocate(AskForTicket));
        client.ChannelBind(Channel, Peer.ToString());
        SocketId relay = client.Relay;
        _relay.Machine.OnClientGone(stream, _relay.Clock);
        Assert.True(_relay.FromPeer(relay, Peer, [1]).IsNothing);
        Assert.Equal(1, _relay.Machine.AllocationCount);

        Assert.True(MoveTo(Away, ticket).IsSuccess);
        Sent data = _relay.FromPeer(relay, Peer, [1]);
        Assert.Equal(Away, data.Destination.ToString());
        Assert.Equal(5, data.Bytes.Length);
    }

    // RFC8016-3.2.2-5
    [Fact]
    public void Closing_the_old_connection_completes_the_move()
    {
        var stream = new SocketId(500);
        TransportAddress address = TransportAddress.Parse("198.1.0.7:600");
        _relay.Machine.OnClientConnected(stream, TestRelay.Listener, in address);
        var client = new TestClient(_relay, "198.1.0.7:600", via: stream);
        byte[] ticket = TicketOf(client.Allocate(AskForTicket));
        client.ChannelBind(Channel, Peer.ToString());
        SocketId relay = client.Relay;
        Assert.True(MoveTo(Away, ticket).IsSuccess);
        Assert.Equal(stream, _relay.FromPeer(relay, Peer, [1]).Via);
        _relay.Machine.OnClientGone(stream, _relay.Clock);
        Assert.Equal(Away, _relay.FromPeer(relay, Peer, [1]).Destination.ToString());
    }

    [Fact]
    public void A_new_connection_that_closes_before_it_is_used_changes_nothing()
    {
        byte[] ticket = Start();
        var stream = new SocketId(500);
        TransportAddress address = TransportAddress.Parse("198.1.0.7:600");
        _relay.Machine.OnClientConnected(stream, TestRelay.Listener, in address);
        Sent moved = Move(new TestClient(_relay, "198.1.0.7:600", via: stream), "198.1.0.7:600", ticket);
        Assert.True(moved.IsSuccess);
        _relay.Machine.OnClientGone(stream, _relay.Clock);
        Assert.Equal(Home, FromPeer().Destination.ToString());
        Assert.True(MoveTo(Away, TicketOf(moved)).IsSuccess);
    }

    [Fact]
    public void A_lifetime_of_0_with_a_ticket_ends_the_allocation()
    {
        byte[] ticket = Start();
        Sent sent = At(Away).Request(StunMethod.Refresh, (ref writer) =>
        {
            writer.AddLifetime(0);
            writer.Add(StunAttributeType.MobilityTicket, ticket);
        });
        Assert.True(sent.IsSuccess);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.OpenSockets);
    }

    private static void AskForTicket(ref StunMessageWriter writer) => writer.AddEmpty(StunAttributeType.MobilityTicket);

    private static Build With(byte[] ticket) => (ref writer) => writer.Add(StunAttributeType.MobilityTicket, ticket);

    private static byte[] TicketOf(Sent sent) =>
        sent.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? ticket.ToArray() : [];

    /// <summary>Makes the client's allocation, with a channel.</summary>
    private byte[] Start()
    {
        byte[] ticket = TicketOf(_client.Allocate(AskForTicket));
        Assert.True(_client.ChannelBind(Channel, Peer.ToString()).IsSuccess);
        return ticket;
    }

    private TestClient At(string address) => new(_relay, address);

    private Sent MoveTo(string address, byte[] ticket) => Move(At(address), address, ticket);

    private static Sent Move(TestClient client, string address, byte[] ticket)
    {
        client.Address = TransportAddress.Parse(address);
        return client.Request(StunMethod.Refresh, With(ticket));
    }

    private Sent FromPeer() => _relay.FromPeer(_client.Relay, Peer, [1, 2]);
}
