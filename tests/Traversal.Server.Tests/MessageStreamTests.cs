using Traversal.Client.Tests.Turn;

namespace Traversal.Server.Tests;

/// <summary>What a message by WebSocket allocates beside what the framework does, in one thread, so that nothing else is counted.</summary>
public sealed class MessageStreamTests
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
        byte[] message = [0x40, 0x00, 0x00, 0x04, 1, 2, 3, 4], buffer = new byte[100];
        var socket = new PacedWebSocket(message);
        var stream = new MessageStream(socket, TimeSpan.FromSeconds(1));
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Messages; i++)
            {
                ValueTask<int> reading = stream.ReadAsync(buffer);
                socket.Deliver();
                if (!reading.IsCompletedSuccessfully || reading.Result != message.Length) throw new IOException("The stream is over.");
                ValueTask writing = stream.WriteAsync(message);
                socket.Take();
                if (!writing.IsCompletedSuccessfully) throw new IOException("The stream is stuck.");
                writing.GetAwaiter().GetResult();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return socket.Sent == Rounds * Messages ? least : -socket.Sent;
    }
}
