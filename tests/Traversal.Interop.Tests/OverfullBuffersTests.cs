using System.Net;
using System.Net.Sockets;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>A run is repeated where a buffer that is not the server's ran over, and no more than twice.</summary>
public sealed class OverfullBuffersTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(int.MaxValue, 3)]
    public async Task A_run_that_lost_datagrams_elsewhere_is_repeated(int completeAt, int runs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the counters are those of Linux");
        await using TraversalServer server = await TraversalServer.StartAsync();
        int count = 0;

        ProgramResult result = await OverfullBuffers.RunAsync(server, run => run.ExitCode == 0, () =>
        {
            Overfill();
            return Task.FromResult(new ProgramResult(++count >= completeAt ? 0 : 1, [], [], "transcript"));
        });

        Assert.Equal(runs, count);
        Assert.Equal(completeAt <= runs, result.ExitCode == 0);
        Assert.Contains($"run {runs}: ", result.Transcript, StringComparison.Ordinal);
    }

    private static void Overfill()
    {
        using var idle = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 0 };
        idle.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var busy = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 100; i++) busy.SendTo(new byte[1000], idle.LocalEndPoint!);
    }
}
