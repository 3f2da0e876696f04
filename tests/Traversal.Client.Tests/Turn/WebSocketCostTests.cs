using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Turn;

namespace Traversal.Client.Tests.Turn;

/// <summary>What a message by WebSocket allocates beside what the framework does, in one thread, so that nothing else is counted.</summary>
public sealed class WebSocketCostTests
{
    private const int Rounds = 10, Messages = 1000;

    [Fact]
    public void Messages_there_and_back_allocate_nothing()
    {
        long least = long.MaxValue;
        var thread = new Thread(() => least = Measure());
        thread.Start();
        thread.Join();

        Assert.Equal(0, least);
    }

    private static long Measure()
    {
        byte[] message = [0x40, 0x00, 0x00, 0x04, 1, 2, 3, 4];
        var socket = new PacedWebSocket(message);
        var link = new WebSocketLink(socket, default);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Messages; i++)
            {
                ValueTask<ReceivedDatagram> receiving = link.ReceiveAsync();
                socket.Deliver();
                bool isThere = receiving.IsCompletedSuccessfully && receiving.Result.Length == message.Length;
                if (!isThere || link.Send(message, isData: true) != NetworkStatus.Ok) throw new IOException("The link is gone.");
                socket.Take();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return socket.Sent == Rounds * Messages ? least : -socket.Sent;
    }
}
