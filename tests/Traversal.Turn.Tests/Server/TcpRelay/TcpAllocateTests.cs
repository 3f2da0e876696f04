using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>Receiving a TCP Allocate request (RFC 6062 section 5.1).</summary>
public sealed class TcpAllocateTests
{
    private readonly TcpTestRelay _tcp = new();

    // RFC6062-4.1-3, RFC6062-5.1-6, RFC6062-5.1-8
    [Fact]
    public void A_TCP_allocation_listens_on_TCP_and_has_no_UDP_socket()
    {
        TestClient client = _tcp.Connect();
        Sent sent = client.AllocateTcp();
        client.AssertSigned(sent);
        Assert.Equal(600u, sent.Lifetime);
        RelayCommand listen = _tcp.Relay.Last(RelayCommandKind.Listen);
        Assert.Equal(sent.Relayed, listen.Address);
        Assert.Equal((1, 0), (_tcp.Relay.Listening, _tcp.Relay.OpenSockets));
    }

    // RFC6062-5.1-1
    [Theory]
    [InlineData(132)]
    [InlineData(0)]
    public void Another_transport_is_442(byte protocol) => Assert.Equal(442, _tcp.Connect().Request(
        StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport((TransportProtocol)protocol)).Code);

    [Fact]
    public void TCP_is_442_and_its_methods_are_unknown_where_it_is_off()
    {
        var tcp = new TcpTestRelay(options => options.TcpRelay = false);
        TestClient client = tcp.Connect();
        Assert.Equal(442, client.AllocateTcp().Code);
        Assert.True(client.ConnectTo("9.9.9.9:9").IsNothing);
        Assert.True(client.Bind(1).IsNothing);
        Assert.Equal(2, tcp.Count(RelayCounter.DroppedUnexpected));
    }

    // RFC6062-5.1-2
    [Fact]
    public void UDP_goes_on_as_ever() => Assert.True(_tcp.Connect().Allocate().IsSuccess);

    // RFC6062-5.1-4
    [Fact]
    public void Over_UDP_it_is_400() => Assert.Equal(400, new TestClient(_tcp.Relay).AllocateTcp().Code);

    // RFC6062-5.1-5, RFC6062-4.1-4
    [Theory]
    [InlineData(StunAttributeType.DontFragment, 0)]
    [InlineData(StunAttributeType.EvenPort, 1)]
    [InlineData(StunAttributeType.ReservationToken, 8)]
    public void What_is_for_UDP_only_is_400(StunAttributeType type, int length) => Assert.Equal(
        400, _tcp.Connect().AllocateTcp((ref writer) => writer.Add(type, new byte[length])).Code);

    // RFC6062-5.1-7
    [Fact]
    public void No_port_is_reserved() => Assert.Equal(0ul, _tcp.Connect().AllocateTcp().Token);

    [Fact]
    public void A_port_that_another_program_has_is_not_the_last_try()
    {
        int opened = 0;
        _tcp.Relay.OpenFailure = _ => ++opened == 1 ? RelayOpenFailure.PortTaken : null;
        Assert.True(_tcp.Connect().AllocateTcp().IsSuccess);
        Assert.Equal(2, opened);
    }

    // RFC6062-4.2-1
    [Fact]
    public void A_refresh_keeps_it_and_with_no_lifetime_it_listens_no_more()
    {
        TestClient client = _tcp.Allocate();
        _tcp.Relay.Advance(599);
        Assert.True(client.Refresh().IsSuccess);
        _tcp.Relay.Advance(599);
        Assert.Equal(1, _tcp.Relay.Listening);
        client.Nonce = [];
        Assert.True(client.Refresh(0).IsSuccess);
        Assert.Equal(0, _tcp.Relay.Listening);
    }

    [Fact]
    public void Datagrams_do_not_go_through_it()
    {
        TestClient client = _tcp.Allocate();
        Assert.True(client.CreatePermission("9.9.9.9:9").IsSuccess);
        Assert.Equal(400, client.ChannelBind(0x4000, "9.9.9.9:9").Code);
        Assert.True(client.SendIndication("9.9.9.9:9", [1]).IsNothing);
        Assert.Equal(1, _tcp.Count(RelayCounter.DroppedNoAllocation));
    }

    [Fact]
    public void A_datagram_to_its_port_from_another_allocation_reaches_nobody()
    {
        TestClient listener = _tcp.Allocate();
        TransportAddress relayed = _tcp.Relay.Last(RelayCommandKind.Listen).Address;
        Assert.True(listener.CreatePermission(relayed.ToString()).IsSuccess);
        var sender = new TestClient(_tcp.Relay);
        sender.Allocate();
        sender.CreatePermission(relayed.ToString());
        Assert.True(sender.SendIndication(relayed.ToString(), [1]).IsNothing);
    }
}
