using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

public sealed class FairnessTests
{
    private const int Connections = 64, FramesEach = 100;

    // While clients on TCP have more than a worker can do, it must go on to look at its datagrams, its timers and the sockets it was asked to open.
    [Fact]
    public async Task Clients_on_tcp_get_no_more_than_a_share_of_each_round_of_a_worker()
    {
        using var time = new GatedTime();
        await using var server = new TurnServer(TestServer.Options(), time: time);
        await server.StartAsync();
        long answered = 0, mostInOneRound = 0;
        time.OnRound = () =>
        {
            (long before, answered) = (answered, server.Count(RelayCounter.BindingAnswers));
            mostInOneRound = Math.Max(mostInOneRound, answered - before);
        };
        time.Close();

        var sockets = new List<Socket>();
        try
        {
            byte[] requests = [.. Enumerable.Repeat(WriteBinding(), FramesEach).SelectMany(request => request)];
            for (int i = 0; i < Connections; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(server.Tcp().Address.ToIPEndPoint());
                await socket.SendAsync(requests);
            }

            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (server.StreamCounters!.FramesReceived < Connections * FramesEach / 2) await Task.Yield().AsTask(deadline.Token);
            time.Open();
            while (server.Count(RelayCounter.BindingAnswers) < Connections * FramesEach) await Task.Yield().AsTask(deadline.Token);

            // One more round, in which the clock sees what the last one did.
            using TurnTestClient other = await TurnTestClient.ConnectAsync(server.Udp());
            await other.BindingAsync();
        }
        finally
        {
            time.Open();
            sockets.ForEach(socket => socket.Dispose());
        }

        Assert.InRange(mostInOneRound, 1, Connections * FramesEach / 4);
    }

    private static byte[] WriteBinding()
    {
        byte[] request = new byte[StunMessage.HeaderLength];
        var writer = new StunMessageWriter(request, StunClass.Request, StunMethod.Binding, TransactionId.Create(RandomSource.System));
        Assert.Equal(request.Length, writer.Finish(null, StunIntegrity.None, fingerprint: false));
        return request;
    }
}
