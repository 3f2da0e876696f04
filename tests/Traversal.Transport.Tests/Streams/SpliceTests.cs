using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

public sealed class SpliceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_side_that_is_silent_after_the_other_has_ended_is_broken_off_by_deadline()
    {
        (NetworkStream client, NetworkStream near) = await PairAsync();
        (NetworkStream peer, NetworkStream far) = await PairAsync();
        var splice = new Splice(near, far, pace: null, _time);
        Task running = splice.RunAsync(default);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await peer.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
        _time.Advance(Splice.HalfOpenTimeout - TimeSpan.FromSeconds(1));
        await peer.WriteAsync("still here"u8.ToArray());
        await client.ReadExactlyAsync(new byte[10]).AsTask().WaitAsync(Patience);
        await StreamHarness.UntilAsync(() => splice.BytesToNear == 10, "they are counted");
        _time.Advance(Splice.HalfOpenTimeout - TimeSpan.FromSeconds(1));
        splice.CheckDeadlines();
        Assert.False(running.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        splice.CheckDeadlines();
        await running.WaitAsync(Patience);
        Assert.Equal((0, 10), (splice.BytesToFar, splice.BytesToNear));
    }

    [Fact]
    public async Task A_side_that_takes_nothing_is_broken_off_by_deadline()
    {
        (NetworkStream client, NetworkStream near) = await PairAsync();
        (NetworkStream peer, NetworkStream far) = await PairAsync();
        var splice = new Splice(near, far, pace: null, _time);
        Task running = splice.RunAsync(default);
        await client.WriteAsync(new byte[1]);
        await peer.ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Patience);
        await StreamHarness.UntilAsync(() => splice.BytesToFar == 1, "it is counted");
        _time.Advance(Splice.StallTimeout * 2);
        splice.CheckDeadlines();
        Assert.False(running.IsCompleted);
        Task flood = client.WriteAsync(new byte[100_000_000]).AsTask();
        Assert.NotSame(flood, await Task.WhenAny(flood, Task.Delay(TimeSpan.FromSeconds(2))));
        _time.Advance(Splice.StallTimeout);
        splice.CheckDeadlines();
        await running.WaitAsync(Patience);
        await Assert.ThrowsAsync<IOException>(() => flood);
    }

    [Fact]
    public void A_pace_lets_no_more_through_than_its_rate_and_its_burst()
    {
        var pace = new BytePace(1000, TimeSpan.FromMilliseconds(500), _time);
        Assert.Equal(TimeSpan.Zero, pace.Take(500));
        Assert.Equal(TimeSpan.FromMilliseconds(250), pace.Take(250));
        _time.Advance(TimeSpan.FromMilliseconds(750));
        Assert.Equal(TimeSpan.FromSeconds(1.5), pace.Take(2000));
    }

    [Fact]
    public async Task A_port_accepts_and_connects_and_nobody_else_gets_it()
    {
        Assert.True(StreamPort.TryOpen(TransportAddress.Parse("127.0.0.1:0"), out StreamPort? port, out _));
        using StreamPort opened = port;
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        Assert.False(StreamPort.TryOpen(port.Local, out _, out OpenFailure failure));
        Assert.Equal(OpenFailure.AddressInUse, failure);

        await using NetworkStream made = await port.ConnectAsync(TransportAddress.From((IPEndPoint)peer.LocalEndpoint), TestContext.Current.CancellationToken);
        Assert.Equal(port.Local, TransportAddress.From((IPEndPoint)made.Socket.LocalEndPoint!));
        using var client = new TcpClient();
        await client.ConnectAsync(port.Local.ToIPEndPoint(), TestContext.Current.CancellationToken);
        await using NetworkStream taken = await port.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal(port.Local, TransportAddress.From((IPEndPoint)taken.Socket.LocalEndPoint!));
    }

    private static async Task<(NetworkStream Outside, NetworkStream Inside)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        return (new NetworkStream(client, ownsSocket: true), new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
    }
}
