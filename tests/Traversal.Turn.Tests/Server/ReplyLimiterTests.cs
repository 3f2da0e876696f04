using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class ReplyLimiterTests
{
    [Fact]
    public void One_prefix_gets_its_burst_and_then_its_rate()
    {
        var relay = new TestRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (10, 20));
        Assert.Equal(20, Answers(relay, i => $"198.1.0.{i % 256}:7", 1000));
        relay.Advance(1);
        Assert.Equal(10, Answers(relay, i => $"198.1.0.{i % 256}:7", 1000));
        Assert.Equal(20, Answers(relay, _ => "198.1.1.1:7", 1000));
        Assert.Equal(2950, relay.Machine.Counters[RelayCounter.DroppedReplies]);
    }

    [Fact]
    public void An_IPv6_prefix_is_a_56()
    {
        var relay = new TestRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (1, 5));
        Assert.Equal(5, Answers(relay, i => $"[2a00:5:6:{i % 256:x}::1]:7", 600));
        Assert.Equal(5, Answers(relay, _ => "[2a00:5:6:100::1]:7", 600));
    }

    [Fact]
    public void Binding_challenges_and_stale_nonces_all_count()
    {
        var relay = new TestRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (1, 4));
        var client = new TestClient(relay) { Nonce = "stale"u8.ToArray() };
        Assert.False(client.Bare(StunMethod.Binding).IsNothing);
        Assert.False(client.Bare(StunMethod.Allocate).IsNothing);
        Assert.False(client.Bare(StunMethod.Refresh).IsNothing);
        Assert.Equal(438, client.Refresh().Code);
        Assert.True(client.Refresh().IsNothing);
        Assert.True(client.Bare(StunMethod.Binding).IsNothing);
        Assert.True(client.Bare(StunMethod.Allocate).IsNothing);
    }

    [Fact]
    public void The_authenticated_are_never_limited()
    {
        var relay = new TestRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (1, 1));
        var client = new TestClient(relay);
        client.Allocate();
        for (int i = 0; i < 100; i++) Assert.True(client.Refresh().IsSuccess);
        for (int i = 0; i < 100; i++) Assert.Equal(437, client.Allocate().Code);
    }

    [Fact]
    public void Loopback_and_streams_are_exempt()
    {
        var relay = new TestRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (1, 1));
        Assert.Equal(100, Answers(relay, _ => "127.0.0.1:7", 100));
        var connection = new Primitives.SocketId(70);
        var client = new TestClient(relay, via: connection);
        relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);
        for (int i = 0; i < 100; i++) Assert.False(client.Bare(StunMethod.Refresh).IsNothing);
    }

    [Fact]
    public void A_flood_from_everywhere_gets_fewer_bytes_than_it_sends()
    {
        var relay = new TestRelay();
        const int PerSecond = 20_000;
        var client = new TestClient(relay);
        byte[] request = client.Message(
            StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: false);
        long received = 0, sent = 0;
        for (int i = 0; i < PerSecond * 10; i++)
        {
            client.Address = Primitives.TransportAddress.FromIPv4(0x0B00_0000 + (uint)i * 1009, 7);
            Sent reply = client.Send(request);
            received += request.Length + 28;
            sent += reply.IsNothing ? 0 : reply.Bytes.Length + 28;
            if (i % 20 == 0) relay.Advance(0.001);
        }

        Assert.InRange((double)sent / received, 0.5, 1.0);
    }

    [Fact]
    public void A_flood_from_one_forged_source_hardly_gets_anything()
    {
        var relay = new TestRelay();
        long answers = 0;
        for (int second = 0; second < 10; second++)
        {
            answers += Answers(relay, _ => "198.1.0.7:53", 5000);
            relay.Advance(1);
        }

        Assert.InRange(answers, 250, 800);
    }

    [Fact]
    public void Without_a_limit_everything_is_answered()
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0);
        Assert.Equal(5000, Answers(relay, _ => "198.1.0.7:53", 5000));
    }

    private static int Answers(TestRelay relay, Func<int, string> source, int count) =>
        Enumerable.Range(0, count).Count(i => !new TestClient(relay, source(i)).Bare(StunMethod.Binding).IsNothing);
}
