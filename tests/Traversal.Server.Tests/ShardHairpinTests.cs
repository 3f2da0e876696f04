using Traversal.Transport;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

/// <summary>Two clients on different workers reach each other by the ring between these, without a socket.</summary>
public sealed class ShardHairpinTests
{
    private static readonly int[] Lengths = [1, 2, 3, 4, 160, 1200, 9000];

    [Theory]
    [InlineData(ListenTransport.Udp, ListenTransport.Udp, EngineKind.Auto)]
    [InlineData(ListenTransport.Udp, ListenTransport.Udp, EngineKind.Managed)]
    [InlineData(ListenTransport.Udp, ListenTransport.Tcp, EngineKind.Auto)]
    [InlineData(ListenTransport.Tcp, ListenTransport.Tcp, EngineKind.Auto)]
    public async Task Data_goes_both_ways_and_is_counted_exactly(ListenTransport left, ListenTransport right, EngineKind engine)
    {
        TurnServerOptions options = TestServer.Options(workers: 2);
        options.Engine = engine;
        await using TurnServer server = await TestServer.StartAsync(options);
        using ShardClients clients = await ShardClients.ConnectAsync(server, left, right);
        long received = DatagramsReceived(server);

        foreach (int length in Lengths)
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);
            await AssertArrives(data, clients.Left, clients.Right);
            await AssertArrives(data, clients.Right, clients.Left);
        }

        int datagramClients = (left == ListenTransport.Udp ? 1 : 0) + (right == ListenTransport.Udp ? 1 : 0);
        Assert.Equal(datagramClients * Lengths.Length, DatagramsReceived(server) - received);
        foreach (Shard shard in server.Shards)
        {
            foreach (RelayCounter counter in (RelayCounter[])[RelayCounter.PacketsToPeers, RelayCounter.PacketsToClients, RelayCounter.PacketsInProcess])
                Assert.Equal(Lengths.Length, shard.RelayCounters[counter]);
            Assert.Equal(Lengths.Sum(), shard.RelayCounters[RelayCounter.BytesToPeers]);
            Assert.Equal(Lengths.Sum(), shard.RelayCounters[RelayCounter.BytesToClients]);
            Assert.Equal(0, shard.RelayCounters.Dropped);
        }
    }

    [Fact]
    public async Task What_a_worker_has_no_time_for_is_dropped_and_counted()
    {
        const int Packets = 4_000;
        using var time = new GatedTime();
        await using var server = new TurnServer(TestServer.Options(workers: 2), time: time);
        await server.StartAsync();
        using ShardClients clients = await ShardClients.ConnectAsync(server, ListenTransport.Udp, ListenTransport.Tcp);
        RelayCounters sender = server.Shards[0].RelayCounters, receiver = server.Shards[1].RelayCounters;
        byte[] message = TurnTestClient.ChannelMessage(ShardClients.Channel, new byte[1200]);

        time.Close();
        for (int sent = 0; sent < Packets; sent += 100)
        {
            for (int i = 0; i < 100; i++) clients.Left.Send(message);
            await RelayingTests.Eventually(() => sender[RelayCounter.PacketsToPeers] == sent + 100);
        }

        Assert.InRange(sender[RelayCounter.DroppedHandOvers], 1, Packets - 1);
        Assert.InRange(receiver[RelayCounter.PacketsInProcess], 0, Packets / 2);
        time.Open();
        await RelayingTests.Eventually(() => receiver[RelayCounter.PacketsInProcess] + sender[RelayCounter.DroppedHandOvers] == Packets);
    }

    private static long DatagramsReceived(TurnServer server) => server.Shards.Sum(shard => shard.EngineCounters.DatagramsReceived);

    private static async Task AssertArrives(byte[] data, TurnTestClient from, TurnTestClient to)
    {
        await from.SendAsync(TurnTestClient.ChannelMessage(ShardClients.Channel, data));
        byte[]? frame = await to.ReceiveAsync();
        Assert.NotNull(frame);
        Assert.True(ChannelData.TryRead(frame, out ChannelNumber channel, out _));
        Assert.Equal(ShardClients.Channel, channel);
        Assert.Equal(data, frame[ChannelData.HeaderLength..]);
    }

    /// <summary>Holds the second worker where it reads the clock.</summary>
    private sealed class GatedTime : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new(initialState: true);

        public void Close() => _gate.Reset();

        public void Open() => _gate.Set();

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread.Name == "relay-1") _gate.Wait();
            return base.GetTimestamp();
        }

        public void Dispose() => _gate.Dispose();
    }
}
