using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

/// <summary>What a relayed packet costs the garbage collector: nothing, through the whole server and both ways.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int WarmUp = 3_000, Packets = 20_000, Runs = 5;

    [Theory]
    [InlineData(EngineKind.Managed)]
    [InlineData(EngineKind.Auto)]
    public async Task A_relayed_packet_allocates_nothing(EngineKind engine)
    {
        TurnServerOptions options = TestServer.Options();
        options.Engine = engine;
        await using TurnServer server = await TestServer.StartAsync(options);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, await client.AllocateAsync());
        var channel = new ChannelNumber(0x4000);
        Assert.Equal(0, await client.BindAsync(channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));
        byte[] message = TurnTestClient.ChannelMessage(channel, new byte[160]);

        Exchange(client, peer, message, WarmUp);

        // The process also has a runtime that compiles, and timers; what a packet costs shows in the best of several runs.
        long allocated = long.MaxValue;
        for (int run = 0; run < Runs && allocated / Packets > 0; run++)
        {
            long before = AllocatedElsewhere();
            Exchange(client, peer, message, Packets);
            allocated = AllocatedElsewhere() - before;
        }

        Assert.Equal(0, allocated / Packets);
    }

    [Theory]
    [InlineData(ListenTransport.Udp, ListenTransport.Udp)]
    [InlineData(ListenTransport.Udp, ListenTransport.Tcp)]
    [InlineData(ListenTransport.Tcp, ListenTransport.Tcp)]
    public async Task A_packet_that_another_worker_takes_allocates_nothing(ListenTransport left, ListenTransport right)
    {
        await using TurnServer server = await TestServer.StartAsync(TestServer.Options(workers: 2));
        using ShardClients clients = await ShardClients.ConnectAsync(server, left, right);
        byte[] message = TurnTestClient.ChannelMessage(ShardClients.Channel, new byte[160]);

        Exchange(clients, message, WarmUp);

        long allocated = long.MaxValue;
        for (int run = 0; run < Runs && allocated / Packets > 0; run++)
        {
            long before = AllocatedElsewhere();
            Exchange(clients, message, Packets);
            allocated = AllocatedElsewhere() - before;
        }

        Assert.Equal(0, allocated / Packets);
        Assert.True(server.Count(RelayCounter.PacketsInProcess) >= WarmUp + Packets);
    }

    // The sockets of the test block, for which the framework allocates on this thread.
    private static long AllocatedElsewhere() => GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();

    private static void Exchange(TurnTestClient client, Socket peer, byte[] message, int packets)
    {
        Span<byte> buffer = stackalloc byte[2048];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        for (int i = 0; i < packets / 2; i++)
        {
            client.Send(message);
            int length = peer.ReceiveFrom(buffer, SocketFlags.None, from);
            peer.SendTo(buffer[..length], SocketFlags.None, from);
            client.Receive(buffer);
        }
    }
    private static void Exchange(ShardClients clients, byte[] message, int packets)
    {
        for (int i = 0; i < packets / 2; i++)
        {
            clients.Left.Send(message);
            ReceiveAll(clients.Right, message.Length);
            clients.Right.Send(message);
            ReceiveAll(clients.Left, message.Length);
        }
    }

    private static void ReceiveAll(TurnTestClient client, int length)
    {
        Span<byte> buffer = stackalloc byte[2048];
        for (int received = 0; received < length;) received += client.Receive(buffer[..(length - received)]);
    }
}
