using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class ProxiedClientTests
{
    private const string Direct = "198.1.0.7:40000", Proxy = "198.1.0.80:5000", Client = "198.9.9.9:6000", Stranger = "198.8.8.8:6000";
    private const string Peer = "9.9.9.9:9";

    private readonly TestRelay _relay = new(options => options.Mobility = true);

    [Fact]
    public void A_proxy_elsewhere_cannot_make_a_client_one_of_loopback()
    {
        var client = new TestClient(_relay, Proxy) { Behind = "127.0.0.1:1" };
        Assert.True(client.Bare(StunMethod.Binding).IsNothing);
        client.Behind = "[::1]:1";
        Assert.True(client.Bare(StunMethod.Binding).IsNothing);

        Assert.True(new TestClient(_relay, "127.0.0.1:5000") { Behind = "127.0.0.1:1" }.Bare(StunMethod.Binding).IsSuccess);
    }

    [Fact]
    public void A_client_that_moves_behind_a_proxy_keeps_its_allocation_there()
    {
        TestClient moved = MoveBehindProxy();
        Assert.Equal(RelayAction.Forward, moved.SendIndication(Peer, [1]).Action);
        Assert.Equal(RelayAction.Forward, moved.SendIndication(Peer, [2]).Action);
        Assert.True(moved.Refresh().IsSuccess);
        Assert.Equal(1, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void Who_gets_the_port_of_a_proxy_next_does_not_get_the_allocation_that_was_moving_there()
    {
        TestClient stranger = MoveBehindProxy();
        stranger.Behind = Stranger;
        Assert.True(stranger.SendIndication(Peer, [1]).IsNothing);
        Assert.Equal(0, _relay.Machine.Counters[RelayCounter.Moves]);
        Assert.Equal(1, _relay.Machine.AllocationCount);
    }

    private TestClient MoveBehindProxy()
    {
        var client = new TestClient(_relay, Direct);
        Sent allocated = client.Allocate((ref writer) => writer.Add(StunAttributeType.MobilityTicket, []));
        Assert.True(allocated.IsSuccess);
        Assert.True(client.CreatePermission(Peer).IsSuccess);
        Assert.True(allocated.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket));
        byte[] copy = ticket.ToArray();

        var moved = new TestClient(_relay, Proxy) { Behind = Client };
        Assert.True(moved.Request(StunMethod.Refresh, (ref writer) => writer.Add(StunAttributeType.MobilityTicket, copy)).IsSuccess);
        return moved;
    }
}
