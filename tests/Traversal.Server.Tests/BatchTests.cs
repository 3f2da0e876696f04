using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Server.Tests.Attacks;
using Traversal.Stun;
using Traversal.Transport;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

public sealed class BatchTests
{
    private const int Before = 50, After = 10;

    private static readonly ChannelNumber Channel = new(0x4000);

    // What comes before the end of an allocation goes out by its socket, what comes after does not; the other client's data keeps its order throughout.
    [Theory]
    [InlineData(EngineKind.Managed)]
    [InlineData(EngineKind.Auto)]
    public async Task An_allocation_may_end_in_the_midst_of_a_batch_of_data(EngineKind engine)
    {
        using var time = new GatedTime();
        TurnServerOptions options = TestServer.Options();
        options.Engine = engine;
        await using var server = new TurnServer(options, time: time);
        await server.StartAsync();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TurnTestClient leaver = await StartAsync(server, peer), stayer = await StartAsync(server, peer);

        time.Close();
        leaver.Send(leaver.Write(StunMethod.Binding, static (ref StunMessageWriter _) => { }));
        await RelayingTests.Eventually(() => time.IsHolding);
        for (int i = 0; i < Before + After; i++)
        {
            if (i == Before) leaver.Send(leaver.Write(StunMethod.Refresh, static (ref StunMessageWriter writer) => writer.AddLifetime(0)));
            leaver.Send(TurnTestClient.ChannelMessage(Channel, [(byte)i]));
            stayer.Send(TurnTestClient.ChannelMessage(Channel, [(byte)i]));
        }

        time.Open();

        List<(TransportAddress From, byte Data)> received = await ReceiveAsync(peer, 2 * Before + After);
        Assert.Equal(Enumerable.Range(0, Before), From(leaver));
        Assert.Equal(Enumerable.Range(0, Before + After), From(stayer));
        Assert.Equal(After, server.Count(RelayCounter.DroppedNoChannel));
        Assert.Equal(received.Count, server.Count(RelayCounter.PacketsToPeers));
        Assert.Equal(received.Count, server.Count(RelayCounter.BytesToPeers));

        IEnumerable<int> From(TurnTestClient client) => received.Where(one => one.From == client.Relayed).Select(one => (int)one.Data);
    }

    private static async Task<TurnTestClient> StartAsync(TurnServer server, Socket peer)
    {
        TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));
        return client;
    }

    private static async Task<List<(TransportAddress From, byte Data)>> ReceiveAsync(Socket peer, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        List<(TransportAddress From, byte Data)> received = [];
        byte[] buffer = new byte[100];
        while (received.Count < count)
        {
            SocketReceiveFromResult arrival = await peer.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
            Assert.Equal(1, arrival.ReceivedBytes);
            received.Add((TransportAddress.From((IPEndPoint)arrival.RemoteEndPoint), buffer[0]));
        }

        return received;
    }
}
