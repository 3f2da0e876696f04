using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>An IPv4 and an IPv6 relayed address on one 5-tuple (RFC 8656 sections 6, 7.2 and 8: RFC8656-6-1).</summary>
public sealed class DualAllocationTests
{
    private const string PeerIPv4 = "9.9.9.9:9", PeerIPv6 = "[2a01::9]:9";

    private static readonly Build Both = (ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv6);

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public DualAllocationTests() => _client = new TestClient(_relay);

    [Fact]
    public void An_additional_family_gives_an_IPv4_and_an_IPv6_relayed_address_in_one_answer()
    {
        Sent sent = _client.Allocate(Both);

        _client.AssertSigned(sent);
        TransportAddress[] relayed = RelayedOf(sent);
        Assert.Equal(2, relayed.Length);
        Assert.True(relayed[0].HasSameAddress(TestRelay.Listener));
        Assert.True(relayed[1].HasSameAddress(TestRelay.ListenerIPv6));
        Assert.Equal(TurnAttributeStatus.Absent, sent.Message.ReadAddressErrorCode(out _, out _));
        Assert.Equal(2, _relay.OpenSockets);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        Assert.Equal(2, _relay.Group.ChargedCount);
    }

    [Fact]
    public void An_IPv6_client_gets_both_too() => Assert.Equal(2, RelayedOf(new TestClient(_relay, "[2a00:5::7]:40000").Allocate(Both)).Length);

    [Fact]
    public void The_attribute_is_understood_by_the_number_of_the_draft_too_which_coturns_clients_write()
    {
        Sent sent = _client.Allocate((ref writer) => writer.AddUInt32(StunAttributeType.DraftAdditionalAddressFamily, 0x0200_0000));
        Assert.Equal(2, RelayedOf(sent).Length);
        sent = new TestClient(_relay, "198.1.0.8:1").Allocate((ref writer) => writer.Add(StunAttributeType.DraftAdditionalAddressFamily, [1, 2]));
        Assert.Single(RelayedOf(sent));
    }

    [Fact]
    public void An_even_port_is_even_on_both()
    {
        for (int i = 0; i < 20; i++)
        {
            Sent sent = new TestClient(_relay, $"198.1.0.7:{40000 + i}").Allocate((ref writer) =>
            {
                Both(ref writer);
                writer.AddEvenPort(reserveNext: false);
            });
            Assert.All(RelayedOf(sent), relayed => Assert.Equal(0, relayed.Port & 1));
        }
    }

    [Fact]
    public void A_retransmission_gets_the_identical_answer()
    {
        TransactionId id = TestClient.NewId();
        Assert.Equal(_client.Allocate(Both, id).Bytes, _client.Allocate(Both, id).Bytes);
        Assert.Equal(2, _relay.OpenSockets);
    }

    [Fact]
    public void Without_IPv6_the_client_gets_IPv4_and_is_told_440()
    {
        var relay = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.9:0"))));
        Sent sent = new TestClient(relay).Allocate(Both);
        Assert.Equal(IPFamily.IPv4, Assert.Single(RelayedOf(sent)).Family);
        AssertAddressError(sent, IPFamily.IPv6, StunErrorCode.AddressFamilyNotSupported);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void When_one_family_has_no_ports_left_the_client_gets_the_other_and_is_told_508(IPFamily used)
    {
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort) = (50000, 50000));
        Assert.True(new TestClient(relay, "198.1.0.8:1").Allocate((ref writer) => writer.AddRequestedAddressFamily(used)).IsSuccess);
        Sent sent = new TestClient(relay).Allocate(Both);
        Assert.NotEqual(used, Assert.Single(RelayedOf(sent)).Family);
        AssertAddressError(sent, used, StunErrorCode.InsufficientCapacity);
        Assert.Equal(508, new TestClient(relay, "198.1.0.9:1").Allocate(Both).Code);
        Assert.Equal(2, relay.Group.ChargedCount);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void When_one_family_has_no_socket_the_client_gets_the_other_and_is_told_508(IPFamily broken)
    {
        foreach (RelayOpenFailure failure in (RelayOpenFailure[])[RelayOpenFailure.PortTaken, RelayOpenFailure.Exhausted])
        {
            _relay.OpenFailure = address => address.Family == broken ? failure : null;
            Sent sent = _client.Allocate(Both);
            Assert.NotEqual(broken, Assert.Single(RelayedOf(sent)).Family);
            AssertAddressError(sent, broken, StunErrorCode.InsufficientCapacity);
            Assert.Equal(1, _relay.OpenSockets);
            Assert.Equal(1, _relay.Group.ChargedCount);
            _client.Refresh(0);
            Assert.Equal(0, _relay.Group.ChargedCount);
        }
    }

    [Fact]
    public void Without_any_socket_the_answer_is_508_and_nothing_is_left()
    {
        _relay.OpenFailure = _ => RelayOpenFailure.Exhausted;
        Assert.Equal(508, _client.Allocate(Both).Code);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.Group.ChargedCount);
    }

    [Fact]
    public void A_taken_port_is_replaced_in_its_own_family()
    {
        int attempts = 0;
        _relay.OpenFailure = address => address.IsIPv6 && ++attempts < 4 ? RelayOpenFailure.PortTaken : null;
        Sent sent = _client.Allocate(Both);
        Assert.Equal([IPFamily.IPv4, IPFamily.IPv6], RelayedOf(sent).Select(relayed => relayed.Family));
        Assert.Equal(2, _relay.OpenSockets);
        Assert.Equal(RelayedOf(sent)[1], _relay.Commands[^1].Address);
    }

    [Fact]
    public void Both_count_towards_the_quota_and_the_second_yields_to_it()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 3);
        Assert.Equal(2, RelayedOf(new TestClient(relay, "198.1.0.7:1").Allocate(Both)).Length);
        Sent third = new TestClient(relay, "198.1.0.7:2").Allocate(Both);
        Assert.Equal(IPFamily.IPv4, Assert.Single(RelayedOf(third)).Family);
        AssertAddressError(third, IPFamily.IPv6, StunErrorCode.InsufficientCapacity);
        Assert.Equal(486, new TestClient(relay, "198.1.0.7:3").Allocate(Both).Code);
    }

    [Fact]
    public void A_client_that_is_gone_between_the_two_sockets_leaves_nothing()
    {
        var connection = new SocketId(50);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, _client.Address);
        _client.Via = connection;
        _relay.OpenFailure = address =>
        {
            if (address.IsIPv6) _relay.Machine.OnClientGone(connection, _relay.Clock);
            return null;
        };
        Assert.True(_client.Allocate(Both).IsNothing);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.Group.ChargedCount);
    }

    [Fact]
    public void Every_peer_is_reached_from_the_address_of_its_family()
    {
        TransportAddress[] relayed = RelayedOf(_client.Allocate(Both));
        Assert.True(_client.CreatePermission(PeerIPv4, PeerIPv6).IsSuccess);
        Assert.True(_client.ChannelBind(0x4001, PeerIPv4).IsSuccess);
        Assert.True(_client.ChannelBind(0x4002, PeerIPv6).IsSuccess);

        Assert.Equal(_relay.RelayAt(relayed[0]), _client.SendIndication(PeerIPv4, [1]).Via);
        Assert.Equal(_relay.RelayAt(relayed[1]), _client.SendIndication(PeerIPv6, [1]).Via);
        Assert.Equal(_relay.RelayAt(relayed[0]), _client.ChannelData(0x4001, [1]).Via);
        Sent sent = _client.ChannelData(0x4002, [1]);
        Assert.Equal(_relay.RelayAt(relayed[1]), sent.Via);
        Assert.Equal(TransportAddress.Parse(PeerIPv6), sent.Destination);
        Assert.Equal([0x40, 1, 0, 1, 7], _relay.FromPeer(_relay.RelayAt(relayed[0]), TransportAddress.Parse(PeerIPv4), [7]).Bytes);
        Assert.Equal([0x40, 2, 0, 1, 8], _relay.FromPeer(_relay.RelayAt(relayed[1]), TransportAddress.Parse(PeerIPv6), [8]).Bytes);
        Assert.Equal(TransportAddress.Parse("[2a01::9]:5"), _relay.FromPeer(_relay.RelayAt(relayed[1]), TransportAddress.Parse("[2a01::9]:5"), [8]).Peer);
    }

    // RFC8656-8.1-2
    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void A_refresh_of_one_family_with_lifetime_0_ends_that_one_and_leaves_the_other_as_it_was(IPFamily ended)
    {
        TransportAddress[] relayed = RelayedOf(_client.Allocate(Both));
        Bind();
        Sent answer = Refresh(ended, 0);

        Assert.True(answer.IsSuccess);
        Assert.Equal(0u, answer.Lifetime);
        Assert.Equal(1, _relay.OpenSockets);
        Assert.Equal(1, _relay.Group.ChargedCount);
        (string gonePeer, ushort goneChannel, string keptPeer, ushort keptChannel) = ended == IPFamily.IPv4
            ? (PeerIPv4, (ushort)0x4001, PeerIPv6, (ushort)0x4002)
            : (PeerIPv6, (ushort)0x4002, PeerIPv4, (ushort)0x4001);
        SocketId kept = _relay.RelayAt(relayed.Single(address => address.Family != ended));
        Assert.Equal(kept, _client.ChannelData(keptChannel, [1]).Via);
        Assert.Equal(kept, _client.SendIndication(keptPeer, [1]).Via);
        Assert.False(_relay.FromPeer(kept, TransportAddress.Parse(keptPeer), [7]).IsNothing);
        Assert.True(_client.ChannelData(goneChannel, [1]).IsNothing);
        Assert.True(_client.SendIndication(gonePeer, [1]).IsNothing);
        Assert.Equal(443, _client.CreatePermission(gonePeer).Code);
        Assert.Equal(443, _client.ChannelBind(0x4003, gonePeer).Code);
        Assert.Equal(443, Refresh(ended, 0).Code);
        Assert.True(_client.Refresh(0).IsSuccess);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(0, _relay.Group.ChargedCount);
    }

    [Fact]
    public void A_refresh_without_a_family_is_for_both()
    {
        _client.Allocate(Both);
        _relay.Advance(500);
        Assert.Equal(3000u, _client.Refresh(3000).Lifetime);
        _relay.Advance(2999);
        Assert.Equal(2, _relay.OpenSockets);
        _client.Nonce = [];
        Assert.True(_client.Refresh(0).IsSuccess);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(437, _client.Refresh(0).Code);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Each_family_expires_by_itself(IPFamily refreshed)
    {
        TransportAddress[] relayed = RelayedOf(_client.Allocate(Both));
        Refresh(refreshed, 1200);
        _relay.Advance(601);
        Assert.Equal(refreshed, relayed.Single(address => _relay.IsOpen(address)).Family);
        _client.Nonce = [];
        Assert.True(_client.CreatePermission(refreshed == IPFamily.IPv4 ? PeerIPv4 : PeerIPv6).IsSuccess);
        Assert.Equal(443, _client.CreatePermission(refreshed == IPFamily.IPv4 ? PeerIPv6 : PeerIPv4).Code);
        _relay.Advance(600);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.Group.ChargedCount);
        Assert.Equal(MonotonicTime.Never, _relay.Machine.NextDeadline);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Nothing_is_relayed_by_a_family_that_is_over_even_if_the_timer_is_late(IPFamily refreshed)
    {
        TransportAddress[] relayed = RelayedOf(_client.Allocate(Both));
        Refresh(refreshed, 1200);
        _relay.Advance(590);
        Bind();
        _relay.AdvanceSilently(TimeSpan.FromSeconds(20));
        Assert.Equal(refreshed != IPFamily.IPv4, _client.ChannelData(0x4001, [1]).IsNothing);
        Assert.Equal(refreshed != IPFamily.IPv6, _client.ChannelData(0x4002, [1]).IsNothing);
        Assert.Equal(refreshed != IPFamily.IPv4, _client.SendIndication(PeerIPv4, [1]).IsNothing);
        Assert.Equal(refreshed != IPFamily.IPv6, _client.SendIndication(PeerIPv6, [1]).IsNothing);
        Assert.Equal(refreshed != IPFamily.IPv4, _relay.FromPeer(_relay.RelayAt(relayed[0]), TransportAddress.Parse(PeerIPv4), [7]).IsNothing);
        Assert.Equal(refreshed != IPFamily.IPv6, _relay.FromPeer(_relay.RelayAt(relayed[1]), TransportAddress.Parse(PeerIPv6), [7]).IsNothing);
    }

    [Fact]
    public void Two_dual_allocations_of_one_server_reach_each_other_by_either_family()
    {
        TransportAddress[] mine = RelayedOf(_client.Allocate(Both));
        var other = new TestClient(_relay, "198.1.0.8:1");
        TransportAddress[] theirs = RelayedOf(other.Allocate(Both));
        other.CreatePermission(mine[0].ToString(), mine[1].ToString());
        for (int i = 0; i < 2; i++)
        {
            Assert.True(_client.CreatePermission(theirs[i].ToString()).IsSuccess);
            Sent received = _client.SendIndication(theirs[i].ToString(), [5]);
            Assert.Equal(other.Address, received.Destination);
            Assert.Equal(mine[i], received.Peer);
        }
    }

    [Fact]
    public void No_port_or_charge_is_lost_however_duals_come_and_go()
    {
        const int Ports = 16;
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort) = (50000, 50000 + Ports - 1));
        RandomSource random = RandomSource.Seeded(11);
        relay.OpenFailure = _ => random.Next(8) == 0 ? (RelayOpenFailure)random.Next(2) : null;
        List<TestClient> clients = [];
        for (int i = 0; i < 3000; i++)
        {
            if (random.Next(50) == 0) relay.Advance(random.Next(100));
            if (clients.Count > 0 && random.Next(2) == 0)
            {
                TestClient leaving = clients[random.Next(clients.Count)];
                leaving.Nonce = [];
                IPFamily family = (IPFamily)random.Next(3);
                leaving.Request(StunMethod.Refresh, (ref writer) =>
                {
                    writer.AddLifetime(random.Next(3) == 0 ? 900u : 0);
                    if (family != IPFamily.None) writer.AddRequestedAddressFamily(family);
                });
                continue;
            }

            var client = new TestClient(relay, $"198.1.0.7:{1000 + i}");
            if (client.Allocate(random.Next(4) == 0 ? null : Both).IsSuccess) clients.Add(client);
            Assert.Equal(relay.Group.ChargedCount, relay.OpenSockets);
        }

        relay.OpenFailure = _ => null;
        relay.Advance(3700);
        Assert.Equal(0, relay.Machine.AllocationCount);
        Assert.Equal(0, relay.Group.ChargedCount);
        for (int i = 0; i < Ports; i++) Assert.Equal(2, RelayedOf(new TestClient(relay, $"198.1.0.8:{1000 + i}").Allocate(Both)).Length);
        Assert.Equal(508, new TestClient(relay, "198.1.0.8:1").Allocate(Both).Code);
    }

    private void Bind()
    {
        Assert.True(_client.ChannelBind(0x4001, PeerIPv4).IsSuccess);
        Assert.True(_client.ChannelBind(0x4002, PeerIPv6).IsSuccess);
    }

    private Sent Refresh(IPFamily family, uint lifetime) => _client.Request(StunMethod.Refresh, (ref writer) =>
    {
        writer.AddLifetime(lifetime);
        writer.AddRequestedAddressFamily(family);
    });

    private static void AssertAddressError(Sent sent, IPFamily family, StunErrorCode code)
    {
        Assert.Equal(TurnAttributeStatus.Present, sent.Message.ReadAddressErrorCode(out IPFamily refused, out StunErrorCode reason));
        Assert.Equal((family, code), (refused, reason));
    }

    private static TransportAddress[] RelayedOf(Sent sent)
    {
        Assert.True(sent.IsSuccess);
        List<TransportAddress> relayed = [];
        StunMessage message = sent.Message;
        foreach (StunAttribute attribute in message)
        {
            if (attribute.Type == StunAttributeType.XorRelayedAddress && message.TryReadXorAddress(attribute.Value, out TransportAddress address))
                relayed.Add(address);
        }

        return [.. relayed];
    }
}
