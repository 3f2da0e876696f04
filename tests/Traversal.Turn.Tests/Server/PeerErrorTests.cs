using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Receiving an ICMP packet (RFC 8656 section 11.5).</summary>
public sealed class PeerErrorTests
{
    private const string Peer = "9.9.9.9:9", PeerIPv6 = "[2a01::9]:9";

    private readonly TestRelay _relay = new(options => options.PacketsPerSecond = 100);
    private readonly TestClient _client;

    public PeerErrorTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate((ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv6));
    }

    [Fact]
    public void A_client_learns_of_an_error_by_a_Data_indication_with_the_peer_and_ICMP() // RFC8656-11.5-2
    {
        _client.CreatePermission(Peer);
        Sent sent = FromPath(Peer, new IcmpError(3, 3, 77));

        Assert.Equal(_client.Address, sent.Destination);
        Assert.Equal(_client.Via, sent.Via);
        Assert.Equal((StunClass.Indication, StunMethod.Data), (sent.Message.Class, sent.Message.Method));
        Assert.Equal(TransportAddress.Parse(Peer), sent.Peer);
        Assert.False(sent.Message.Has(StunAttributeType.Data));
        Assert.Equal(TurnAttributeStatus.Present, sent.Message.ReadIcmp(out IcmpError error));
        Assert.Equal(new IcmpError(3, 3, 0), error);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.ErrorsToClients]);
    }

    [Fact]
    public void It_is_an_indication_even_where_a_channel_is_bound() // RFC 8656 section 12.5
    {
        _client.ChannelBind(0x4000, Peer);
        Assert.Equal(StunMethod.Data, FromPath(Peer, new IcmpError(11, 0, 0)).Message.Method);
    }

    [Theory]
    [InlineData(Peer, 3, 4)]
    [InlineData(PeerIPv6, 2, 0)]
    public void The_MTU_is_told_where_the_error_is_about_it(string peer, byte type, byte code)
    {
        _client.CreatePermission(peer);
        FromPath(peer, new IcmpError(type, code, 1400)).Message.ReadIcmp(out IcmpError error);
        Assert.Equal(new IcmpError(type, code, 1400), error);
    }

    [Theory]
    [InlineData(Peer, 3, true)]
    [InlineData(Peer, 11, true)]
    [InlineData(Peer, 1, false)]
    [InlineData(Peer, 5, false)]
    [InlineData(Peer, 12, false)]
    [InlineData(PeerIPv6, 1, true)]
    [InlineData(PeerIPv6, 2, true)]
    [InlineData(PeerIPv6, 3, true)]
    [InlineData(PeerIPv6, 4, false)]
    [InlineData(PeerIPv6, 11, false)]
    public void Only_the_types_of_the_RFC_are_told(string peer, byte type, bool isTold)
    {
        _client.CreatePermission(peer);
        Assert.Equal(isTold, !FromPath(peer, new IcmpError(type, 0, 0)).IsNothing);
    }

    [Fact]
    public void Without_a_live_permission_for_the_peer_nothing_is_told() // RFC8656-11.5-1
    {
        Assert.True(FromPath(Peer, new IcmpError(3, 3, 0)).IsNothing);
        _client.CreatePermission("9.9.9.8:9");
        Assert.True(FromPath(Peer, new IcmpError(3, 3, 0)).IsNothing);
        _client.CreatePermission("9.9.9.9:1");
        Assert.False(FromPath(Peer, new IcmpError(3, 3, 0)).IsNothing);
        _relay.Advance(301);
        Assert.True(FromPath(Peer, new IcmpError(3, 3, 0)).IsNothing);
    }

    [Fact]
    public void A_flood_of_errors_is_held_to_the_rate_of_the_allocation()
    {
        _client.CreatePermission(Peer);
        int told = Enumerable.Range(0, 1000).Count(_ => !FromPath(Peer, new IcmpError(3, 3, 0)).IsNothing);
        Assert.InRange(told, 1, 60);
        Assert.Equal(1000 - told, _relay.Machine.Counters[RelayCounter.DroppedOverRate]);
    }

    private Sent FromPath(string peer, IcmpError error) => _relay.FromPath(_client.Relay, TransportAddress.Parse(peer), error);
}
