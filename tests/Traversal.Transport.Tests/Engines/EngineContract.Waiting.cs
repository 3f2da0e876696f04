using System.Diagnostics;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    [Fact]
    public void Receive_without_a_wait_returns_at_once_with_what_is_there()
    {
        using EngineHarness harness = NewHarness();
        harness.Open();
        Assert.True(harness.Engine.Receive(TimeSpan.Zero).IsEmpty);
        Assert.True(harness.Engine.Receive(TimeSpan.FromSeconds(-1)).IsEmpty);
    }

    [Fact]
    public void Receive_waits_for_the_timeout_and_not_for_much_longer()
    {
        using EngineHarness harness = NewHarness();
        harness.Open();
        long started = Stopwatch.GetTimestamp();
        Assert.True(harness.Engine.Receive(TimeSpan.FromMilliseconds(50)).IsEmpty);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 49, 5_000);
    }

    [Fact]
    public void Waits_end_in_time_whatever_the_waits_before_them_were()
    {
        using EngineHarness harness = NewHarness();
        foreach (int milliseconds in new[] { 5_000, 20, 3, 40, 0, 10, 30, 1, 25 })
        {
            long started = Stopwatch.GetTimestamp();
            harness.Engine.Wake();
            Assert.True(harness.Engine.Receive(TimeSpan.FromMilliseconds(milliseconds)).IsEmpty);
            if (milliseconds > 1_000) continue;

            // A wait may end early, so it is repeated as a driver does.
            for (TimeSpan left = Left(); left > TimeSpan.Zero; left = Left()) harness.Engine.Receive(left);
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, milliseconds, milliseconds + 2_000);

            TimeSpan Left() => TimeSpan.FromMilliseconds(milliseconds) - Stopwatch.GetElapsedTime(started);
        }
    }

    [Fact]
    public async Task Another_thread_wakes_a_receive_that_waits_without_end()
    {
        using EngineHarness harness = NewHarness();
        harness.Open();
        for (int round = 0; round < 20; round++)
        {
            using var entering = new SemaphoreSlim(0);
            Task<int> receiving = Task.Factory.StartNew(
                () =>
                {
                    entering.Release();
                    return harness.Engine.Receive(TimeSpan.MaxValue).Length;
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            await entering.WaitAsync(TestContext.Current.CancellationToken);
            harness.Engine.Wake();
            Assert.Equal(0, await receiving.WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_wake_up_before_the_receive_is_kept_and_many_are_one()
    {
        using EngineHarness harness = NewHarness();
        for (int i = 0; i < 10; i++) harness.Engine.Wake();
        Assert.True(harness.Engine.Receive(TimeSpan.MaxValue).IsEmpty);

        long started = Stopwatch.GetTimestamp();
        Assert.True(harness.Engine.Receive(TimeSpan.FromMilliseconds(30)).IsEmpty);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 29, 5_000);
    }

    [Fact]
    public void A_flooded_socket_does_not_starve_hundreds_of_others()
    {
        const int Others = 300;
        using EngineHarness harness = NewHarness(new DatagramEngineOptions { MaxSockets = 512, ReceiveSlots = 32, RelayBurst = 8 });
        (SocketId flooded, TransportAddress floodedAddress) = harness.Open();
        var waiting = new Dictionary<SocketId, TransportAddress>();
        for (int i = 0; i < Others; i++)
        {
            (SocketId id, TransportAddress address) = harness.Open();
            waiting.Add(id, address);
        }

        (Socket peer, _) = EngineHarness.OpenPeer();
        using (peer)
        {
            foreach (TransportAddress address in waiting.Values) peer.SendTo("x"u8, address.ToIPEndPoint());
            for (int turn = 0; turn < 2_000 && waiting.Count > 0; turn++)
            {
                // The flooded socket always has more than its share waiting.
                for (int i = 0; i < 16; i++) peer.SendTo("flood"u8, floodedAddress.ToIPEndPoint());
                ReadOnlySpan<Datagram> batch = harness.Engine.Receive(TimeSpan.FromMilliseconds(1));
                int inThisTurn = 0;
                foreach (ref readonly Datagram datagram in batch)
                {
                    if (datagram.Socket == flooded) inThisTurn++;
                    waiting.Remove(datagram.Socket);
                }

                Assert.InRange(inThisTurn, 0, 8);
            }

            Assert.Empty(waiting);
            Assert.Equal(flooded, harness.ReceiveAtLeast(1)[0].Socket);
        }
    }

    [Fact]
    public void What_a_closed_socket_had_waiting_is_never_handed_out()
    {
        using EngineHarness harness = NewHarness(new DatagramEngineOptions { MaxSockets = 8, ReceiveSlots = 1, RelayBurst = 1 });
        (Socket peer, _) = EngineHarness.OpenPeer();
        (SocketId Id, TransportAddress Address)[] sockets = [.. Enumerable.Range(0, 4).Select(_ => harness.Open())];
        using (peer)
        {
            foreach ((_, TransportAddress address) in sockets) peer.SendTo("x"u8, address.ToIPEndPoint());
            (SocketId first, _, _) = Assert.Single(harness.ReceiveAtLeast(1));
            foreach ((SocketId id, _) in sockets) harness.Engine.Close(id);
            (SocketId successor, TransportAddress successorAddress) = harness.Open();
            Assert.Contains(sockets, socket => socket.Id == first);

            for (int i = 0; i < 10; i++) Assert.True(harness.Engine.Receive(TimeSpan.FromMilliseconds(1)).IsEmpty);
            peer.SendTo("x"u8, successorAddress.ToIPEndPoint());
            Assert.Equal(successor, Assert.Single(harness.ReceiveAtLeast(1)).Socket);
        }
    }

    [Fact]
    public async Task Sockets_can_be_closed_and_opened_while_traffic_pours_in()
    {
        using EngineHarness harness = NewHarness();
        (Socket peer, _) = EngineHarness.OpenPeer();
        using var stop = new CancellationTokenSource();
        (SocketId id, TransportAddress address)[] sockets = [.. Enumerable.Range(0, 16).Select(_ => harness.Open())];
        TransportAddress[] targets = [.. sockets.Select(socket => socket.address)];
        Task flooding = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    foreach (TransportAddress target in targets) peer.SendTo("x"u8, target.ToIPEndPoint());
                }
            },
            TestContext.Current.CancellationToken);

        var open = sockets.Select(socket => socket.id).ToHashSet();
        int received = 0;
        long deadline = Environment.TickCount64 + 30_000;
        for (int turn = 0; (turn < 500 || received < 1_000) && Environment.TickCount64 < deadline; turn++)
        {
            foreach (ref readonly Datagram datagram in harness.Engine.Receive(TimeSpan.FromMilliseconds(20)))
            {
                Assert.Contains(datagram.Socket, open);
                received++;
            }

            int victim = turn % sockets.Length;
            harness.Engine.Close(sockets[victim].id);
            open.Remove(sockets[victim].id);
            if (!harness.Engine.TryOpen(targets[victim], SocketRole.Relay, out sockets[victim].id, out _, out OpenFailure failure))
            {
                // Somebody else on this machine was given the port meanwhile.
                Assert.Equal(OpenFailure.AddressInUse, failure);
                Assert.True(harness.Engine.TryOpen(targets[victim].WithPort(0), SocketRole.Relay, out sockets[victim].id, out _, out _));
            }

            Assert.True(open.Add(sockets[victim].id));
        }

        await stop.CancelAsync();
        await flooding;
        peer.Dispose();
        Assert.InRange(received, 1_000, int.MaxValue);
    }
}
