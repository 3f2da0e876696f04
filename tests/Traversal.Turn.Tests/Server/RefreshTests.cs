using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class RefreshTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public RefreshTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
    }

    [Fact]
    public void A_refresh_sets_the_lifetime_anew()
    {
        _relay.Advance(500);
        Sent sent = _client.Refresh(3000);
        Assert.Equal(3000u, sent.Lifetime);
        _client.AssertSigned(sent);
        _relay.Advance(2999);
        Assert.Equal(1, _relay.OpenSockets);
        _relay.Advance(2);
        Assert.Equal(0, _relay.OpenSockets);
    }

    [Fact]
    public void A_refresh_may_shorten_the_lifetime()
    {
        _client.Refresh(3600);
        Assert.Equal(600u, _client.Refresh().Lifetime);
        _relay.Advance(601);
        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void A_lifetime_of_zero_ends_the_allocation_and_its_retransmission_is_437()
    {
        Sent sent = _client.Refresh(0);
        Assert.True(sent.IsSuccess);
        Assert.Equal(0u, sent.Lifetime);
        Assert.Equal(0, _relay.OpenSockets);
        Assert.Equal(437, _client.Refresh(0).Code);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.AllocationsClosed]);
        Assert.True(_client.Allocate().IsSuccess);
    }

    // RFC8656-8.2-1
    [Fact]
    public void Another_family_is_443()
    {
        Assert.Equal(443, _client.Request(StunMethod.Refresh, (ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6)).Code);
        Assert.True(_client.Request(StunMethod.Refresh, (ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv4)).IsSuccess);
    }

    [Fact]
    public void Malformed_attributes_are_400()
    {
        Assert.Equal(400, _client.Request(StunMethod.Refresh, (ref writer) => writer.Add(StunAttributeType.Lifetime, [0])).Code);
        Assert.Equal(400, _client.Request(StunMethod.Refresh, (ref writer) => writer.Add(StunAttributeType.RequestedAddressFamily, [1])).Code);
    }

    [Fact]
    public void Data_does_not_refresh_an_allocation_and_is_not_relayed_after_its_end_even_if_the_timer_is_late()
    {
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        SocketId socket = _client.Relay;
        for (int i = 0; i < 59; i++)
        {
            _relay.Advance(10);
            if (i == 20) _client.ChannelBind(0x4000, "9.9.9.9:9");
            if (i == 40) _client.ChannelBind(0x4000, "9.9.9.9:9");
            Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        }

        _relay.AdvanceSilently(TimeSpan.FromSeconds(10));
        Assert.True(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.True(_client.SendIndication("9.9.9.9:9", [1]).IsNothing);
        Assert.True(_relay.FromPeer(socket, TransportAddress.Parse("9.9.9.9:9"), [1]).IsNothing);
    }

    [Fact]
    public void The_timer_is_within_its_granularity()
    {
        _relay.Advance(599.9);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        _relay.Advance(0.11);
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(MonotonicTime.Never, _relay.Machine.NextDeadline);
    }
}
