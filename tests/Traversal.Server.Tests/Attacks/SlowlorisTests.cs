using Traversal.Stun;
using Traversal.Transport.Streams;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// Connections that say nothing, or very little, for as long as they like (pion and turn-rs have no deadline). The deadlines are shortened here; their
/// defaults are tested in virtual time by <c>StreamDeadlineTests</c>.
/// </summary>
public sealed class SlowlorisTests
{
    [Fact]
    public async Task Silent_and_half_spoken_connections_are_closed_and_others_served()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1);
        await using TurnServer server = await TestServer.StartAsync(options);
        Attacker[] attackers = [.. Enumerable.Range(0, 100).Select(_ => new Attacker(server.Tcp()))];
        byte[] request = attackers[0].Message(StunMethod.Binding, null, authenticate: false);
        for (int i = 0; i < attackers.Length; i++) attackers[i].Send(request.AsSpan(0, i % request.Length));

        using (var honest = new Attacker(server.Tcp())) Assert.Equal(0, honest.Allocate());
        foreach (Attacker attacker in attackers)
        {
            Assert.Null(attacker.Receive());
            attacker.Dispose();
        }

        await RelayingTests.Eventually(() => server.StreamCounters!.Closed(StreamCloseReason.FirstFrameDeadline) == 100);
    }

    [Fact]
    public async Task Who_does_not_authenticate_in_time_is_closed_however_busy()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Streams.StrangerTimeout = TimeSpan.FromSeconds(2);
        await using TurnServer server = await TestServer.StartAsync(options);
        using Attacker attacker = new(server.Tcp()), friend = new(server.Tcp());
        Assert.Equal(0, friend.Allocate());
        byte[] request = attacker.Message(StunMethod.Binding, null, authenticate: false);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (attacker.TryAsk(request)) Assert.False(patience.IsCancellationRequested, "It is served without end.");

        await RelayingTests.Eventually(() => server.StreamCounters!.Closed(StreamCloseReason.StrangerDeadline) == 1);
        Assert.Equal(0, friend.Refresh(600));
    }

    [Fact]
    public void The_deadlines_are_short_as_the_server_comes()
    {
        var options = new StreamOptions();
        Assert.Equal(TimeSpan.FromSeconds(10), options.FirstFrameTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), options.StrangerTimeout);
        Assert.InRange(options.MaxConnectionsPerSource, 1, 1000);
        Assert.InRange(options.MinimumRate, 1, int.MaxValue);
    }

    [Theory]
    [InlineData("POST /login HTTP/1.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    public async Task HTTP_has_no_reader_on_a_TURN_port(string text)
    {
        // CVE-2020-6061 and CVE-2020-6062: a parser of HTTP on the ports of the relay read and wrote where it should not.
        TurnServerOptions options = AttackServer.Options();
        options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1); // What might be the beginning of a frame waits for the rest of it.
        await using TurnServer server = await TestServer.StartAsync(options);
        using var attacker = new Attacker(server.Tcp());

        attacker.Send(System.Text.Encoding.ASCII.GetBytes(text));

        Assert.Null(attacker.Receive());
        Assert.Equal(0, server.StreamCounters!.BytesSent);
    }
}
