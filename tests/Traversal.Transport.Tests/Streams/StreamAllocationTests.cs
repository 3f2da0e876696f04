using System.Net.Sockets;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

public sealed class StreamAllocationTests
{
    [Fact]
    public async Task A_busy_connection_allocates_less_than_a_byte_for_a_frame()
    {
        const int Rounds = 500;
        const int FramesPerRound = 8;
        await using var harness = new StreamHarness();

        // A socket that was never used asynchronously blocks in the kernel, which allocates nothing.
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(harness.Listener.Local.ToIPEndPoint());
        byte[] frames = [.. Enumerable.Range(0, FramesPerRound).SelectMany(_ => LengthPrefixed.Frame(new byte[98]))];
        byte[] echo = new byte[FramesPerRound * 100];

        // What a connection allocates for each batch it allocates in every run; what the compiler and the test runner do besides, not in all of them.
        Echo();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 8 && least >= Rounds * FramesPerRound; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Echo();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(least < Rounds * FramesPerRound, $"{least} bytes for {Rounds * FramesPerRound} frames");

        void Echo()
        {
            for (int round = 0; round < Rounds; round++)
            {
                client.Send(frames);
                for (int frame = 0; frame < FramesPerRound;)
                {
                    StreamConnection connection = harness.Take();
                    for (; connection.TryReadFrame(out Span<byte> bytes); frame++) connection.TrySend(bytes);
                    connection.Release();
                }

                for (int received = 0; received < echo.Length;) received += client.Receive(echo, received, echo.Length - received, SocketFlags.None);
            }
        }
    }
}
