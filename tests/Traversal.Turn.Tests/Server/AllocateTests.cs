using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class AllocateTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public AllocateTests() => _client = new TestClient(_relay);

    [Fact]
    public void An_allocation_is_made_where_the_client_reached_the_server()
    {
        Sent sent = _client.Allocate();

        Assert.True(sent.IsSuccess);
        _client.AssertSigned(sent);
        Assert.True(sent.Relayed.HasSameAddress(TestRelay.Listener));
        Assert.InRange(sent.Relayed.Port, 49152, 65535);
        Assert.Equal(600u, sent.Lifetime);
        Assert.True(sent.Message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(_client.Address, mapped);
        Assert.False(sent.Message.Has(StunAttributeType.Software));
        Assert.Equal(1, _relay.Machine.AllocationCount);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.AllocationsCreated]);
    }

    [Fact]
    public void A_retransmission_gets_the_identical_answer_and_no_second_allocation()
    {
        TransactionId id = TestClient.NewId();
        Sent first = _client.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true), id);
        _relay.Advance(3);
        Sent again = _client.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true), id);

        Assert.True(first.IsSuccess);
        Assert.Equal(first.Bytes, again.Bytes);
        Assert.Equal(1, _relay.OpenSockets);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.AllocateRetransmissions]);
    }

    [Fact]
    public void A_retransmission_while_the_socket_is_being_opened_is_answered_once()
    {
        TransactionId id = TestClient.NewId();
        _client.Request(StunMethod.Refresh);
        _relay.HoldsCommands = true;

        Assert.True(_client.Allocate(null, id).IsNothing);
        Assert.True(_client.Allocate(null, id).IsNothing);
        Assert.Equal(437, _client.Refresh().Code);
        Assert.True(_relay.OpenNext().IsSuccess);
        Assert.Equal(1, _relay.OpenSockets);
    }

    [Fact]
    public void Another_transaction_on_the_same_5_tuple_is_437()
    {
        _client.Allocate();
        Sent sent = _client.Allocate();
        Assert.Equal(437, sent.Code);
        _client.AssertSigned(sent);
    }

    [Fact]
    public void The_same_client_address_on_another_listener_is_another_5_tuple()
    {
        var second = new SocketId(9);
        _relay.Machine.AddListener(second, TransportAddress.Parse("198.0.2.1:3479"), ListenerKind.Datagram);
        _client.Allocate();
        _client.Via = second;
        Assert.True(_client.Allocate().IsSuccess);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(132)]
    public void A_transport_other_than_UDP_is_442(byte protocol)
    {
        Sent sent = _client.Request(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport((TransportProtocol)protocol));
        Assert.Equal(442, sent.Code);
    }

    [Fact]
    public void No_or_a_malformed_requested_transport_is_400()
    {
        Assert.Equal(400, _client.Request(StunMethod.Allocate).Code);
        Assert.Equal(400, _client.Request(StunMethod.Allocate, (ref writer) => writer.Add(StunAttributeType.RequestedTransport, [17])).Code);
    }

    [Fact]
    public void Dont_fragment_is_an_unknown_attribute_unless_the_engine_can()
    {
        Sent sent = _client.Allocate((ref writer) => writer.AddEmpty(StunAttributeType.DontFragment));
        Assert.Equal(420, sent.Code);
        Assert.True(sent.Message.TryGet(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> types));
        Assert.Equal([0x00, 0x1A], types.ToArray());

        var able = new TestRelay(options => options.SupportsDontFragment = true);
        Assert.True(new TestClient(able).Allocate((ref writer) => writer.AddEmpty(StunAttributeType.DontFragment)).IsSuccess);
    }

    [Fact]
    public void Unknown_attributes_are_420_with_their_list_after_authentication()
    {
        Build build = (ref writer) =>
        {
            writer.Add((StunAttributeType)0x7001, [1, 2, 3]);
            writer.AddUInt32((StunAttributeType)0x0026, 1);
            writer.AddEmpty((StunAttributeType)0xFF01);
        };
        Sent sent = _client.Allocate(build);
        Assert.Equal(420, sent.Code);
        _client.AssertSigned(sent);
        Assert.True(sent.Message.TryGet(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> types));
        Assert.Equal([0x70, 0x01, 0x00, 0x26], types.ToArray());
        Assert.Equal(401, _client.Bare(StunMethod.Refresh, build).Code);
    }

    [Theory]
    [InlineData(null, 600)]
    [InlineData(0u, 600)]
    [InlineData(60u, 600)]
    [InlineData(1200u, 1200)]
    [InlineData(100_000u, 3600)]
    [InlineData(uint.MaxValue, 3600)]
    public void The_lifetime_is_between_the_default_and_the_maximum(uint? proposed, uint granted)
    {
        Sent sent = _client.Allocate((ref writer) =>
        {
            if (proposed is { } seconds) writer.AddLifetime(seconds);
        });
        Assert.Equal(granted, sent.Lifetime);
        _relay.Advance(granted - 1);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        _relay.Advance(2);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.AllocationsExpired]);
    }

    [Fact]
    public void Malformed_attributes_are_400()
    {
        foreach (StunAttributeType type in (StunAttributeType[])
            [StunAttributeType.Lifetime, StunAttributeType.EvenPort, StunAttributeType.ReservationToken, StunAttributeType.RequestedAddressFamily,
                StunAttributeType.AdditionalAddressFamily])
        {
            Assert.Equal(400, _client.Allocate((ref writer) => writer.Add(type, [0, 0])).Code);
        }
    }

    [Fact]
    public void An_IPv6_relay_is_given_when_asked_for_and_there_is_one()
    {
        Sent sent = _client.Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6));
        Assert.True(sent.Relayed.HasSameAddress(TestRelay.ListenerIPv6));
    }

    [Fact]
    public void An_IPv6_client_that_asks_for_no_family_gets_IPv4()
    {
        var client = new TestClient(_relay, "[2a00:5::7]:40000");
        Assert.True(client.Allocate().Relayed.HasSameAddress(TestRelay.Listener));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_family_that_does_not_exist_is_440(byte family)
    {
        Assert.Equal(440, _client.Allocate((ref writer) => writer.AddRequestedAddressFamily((IPFamily)family)).Code);
    }

    [Fact]
    public void A_family_without_a_relay_address_is_440()
    {
        var relay = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("[2a00::9]:0"))));
        var client = new TestClient(relay);
        Assert.Equal(440, client.Allocate().Code);
        Assert.Equal(440, client.Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv4)).Code);
        Assert.True(client.Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6)).IsSuccess);
    }

    // RFC8656-7.1-7
    [Fact]
    public void Combinations_that_RFC_8656_forbids_are_400()
    {
        Assert.Equal(400, _client.Allocate((ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv4)).Code);
        Assert.Equal(400, _client.Allocate((ref writer) =>
        {
            writer.AddRequestedAddressFamily(IPFamily.IPv4);
            writer.AddAdditionalAddressFamily(IPFamily.IPv6);
        }).Code);
        Assert.Equal(400, _client.Allocate((ref writer) =>
        {
            writer.AddEvenPort(reserveNext: true);
            writer.AddAdditionalAddressFamily(IPFamily.IPv6);
        }).Code);
        Assert.Equal(400, _client.Allocate((ref writer) =>
        {
            writer.AddReservationToken(1);
            writer.AddEvenPort(reserveNext: false);
        }).Code);
        Assert.Equal(400, _client.Allocate((ref writer) =>
        {
            writer.AddReservationToken(1);
            writer.AddRequestedAddressFamily(IPFamily.IPv4);
        }).Code);
        Assert.Equal(400, _client.Allocate((ref writer) =>
        {
            writer.AddReservationToken(1);
            writer.AddAdditionalAddressFamily(IPFamily.IPv6);
        }).Code);
    }

    [Fact]
    public void The_external_address_is_shown_and_the_local_one_opened()
    {
        var local = TransportAddress.Parse("10.0.0.5:0");
        var external = TransportAddress.Parse("198.9.9.9:0");
        var relay = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(local, external)));
        Sent sent = new TestClient(relay).Allocate();
        Assert.True(sent.Relayed.HasSameAddress(external));
        Assert.Equal(local.WithPort(sent.Relayed.Port), relay.Commands[0].Address);
    }

    [Fact]
    public void On_a_wildcard_listener_the_relay_address_is_the_one_the_driver_names()
    {
        var wildcard = new SocketId(9);
        _relay.Machine.AddListener(wildcard, TransportAddress.Parse("0.0.0.0:3479"), ListenerKind.Datagram, TransportAddress.Parse("198.0.2.77:0"));
        _client.Via = wildcard;
        Assert.True(_client.Allocate().Relayed.HasSameAddress(TransportAddress.Parse("198.0.2.77:0")));
    }

    [Fact]
    public void Several_relay_addresses_are_all_used()
    {
        var relay = new TestRelay(options =>
        {
            for (int i = 1; i <= 4; i++) options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse($"198.0.2.{i}:0")));
        });
        var addresses = Enumerable.Range(0, 64)
            .Select(i => new TestClient(relay, $"198.1.0.7:{40000 + i}").Allocate().Relayed.WithPort(0))
            .ToHashSet();
        Assert.Equal(4, addresses.Count);
    }

    [Fact]
    public void A_port_that_another_program_has_is_skipped()
    {
        int attempts = 0;
        _relay.OpenFailure = _ => ++attempts < 4 ? RelayOpenFailure.PortTaken : null;
        Sent sent = _client.Allocate();
        Assert.True(sent.IsSuccess);
        Assert.Equal(4, _relay.Commands.Select(command => command.Address).Distinct().Count());
        Assert.Equal(sent.Relayed, _relay.Commands[3].Address);
        Assert.Equal(3, _relay.Machine.Counters[RelayCounter.PortsTaken]);
    }

    [Fact]
    public void Without_any_socket_to_be_had_the_answer_is_508_and_nothing_is_left()
    {
        foreach (RelayOpenFailure failure in (RelayOpenFailure[])[RelayOpenFailure.PortTaken, RelayOpenFailure.Exhausted])
        {
            _relay.OpenFailure = _ => failure;
            Sent sent = _client.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true));
            Assert.Equal(508, sent.Code);
            _client.AssertSigned(sent);
            Assert.Equal(0, _relay.Machine.AllocationCount);
            Assert.Equal(0, _relay.Group.ChargedCount);
        }

        _relay.OpenFailure = _ => null;
        Assert.True(_client.Allocate().IsSuccess);
    }

    [Fact]
    public void A_client_that_is_gone_before_its_socket_is_open_leaves_nothing()
    {
        var connection = new SocketId(50);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, _client.Address);
        _client.Via = connection;
        _client.Request(StunMethod.Refresh);
        _relay.HoldsCommands = true;
        _client.Allocate();
        _relay.Machine.OnClientGone(connection, _relay.Clock);

        Assert.True(_relay.OpenNext().IsNothing);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(0, _relay.Group.ChargedCount);
    }

    [Fact]
    public void A_draining_server_makes_no_allocations_and_keeps_those_it_has()
    {
        _client.Allocate();
        _relay.Machine.IsDraining = true;
        Assert.Equal(508, new TestClient(_relay, "198.1.0.8:40000").Allocate().Code);
        Assert.True(_client.Refresh().IsSuccess);
    }

    [Fact]
    public void Software_is_sent_only_when_configured_and_only_to_the_authenticated()
    {
        var relay = new TestRelay(options => options.Software = "relay");
        var client = new TestClient(relay);
        Assert.True(client.Allocate().Message.Has(StunAttributeType.Software));
        Assert.True(client.Refresh().Message.Has(StunAttributeType.Software));
        Assert.False(client.Bare(StunMethod.Refresh).Message.Has(StunAttributeType.Software));
        Assert.False(client.Bare(StunMethod.Binding).Message.Has(StunAttributeType.Software));
    }

    [Fact]
    public void Fingerprint_is_echoed_when_the_request_has_one()
    {
        Assert.False(_client.Bare(StunMethod.Binding).Message.HasFingerprint);
        _client.Fingerprint = true;
        Assert.True(_client.Bare(StunMethod.Binding).Message.IsFingerprintValid());
        Assert.True(_client.Allocate().Message.IsFingerprintValid());
        Assert.True(_client.Allocate().Message.IsFingerprintValid());
        Assert.True(_client.CreatePermission("9.9.9.9:1").Message.IsFingerprintValid());
    }

    // RFC8656-21.4-2
    [Theory]
    [InlineData("[2002:0808:0808::1]:4000")]
    [InlineData("[2001:0:4136:e378:8000:63bf:3fff:fdd2]:4000")]
    public void A_client_in_a_tunnel_gets_no_allocation(string address) => Assert.Equal(403, new TestClient(_relay, address).Allocate().Code);

    [Fact]
    public void A_relay_of_the_server_is_no_client_of_it()
    {
        _client.Allocate();
        Assert.Equal(403, new TestClient(_relay, _client.Relayed.ToString()).Allocate().Code);
    }
}
