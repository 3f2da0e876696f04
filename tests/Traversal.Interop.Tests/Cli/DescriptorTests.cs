using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>A server that runs out of descriptors refuses what is new with 508, goes on with the rest, and takes on new clients when others have left.</summary>
public sealed class DescriptorTests
{
    // The runtime has about 150 for itself; what is left is far less than the clients ask for.
    private const int Limit = 256, TooMany = 400, Few = 20;

    [Fact]
    public async Task A_server_without_descriptors_left_answers_508_and_recovers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is set by a shell of Linux");
        int port = LoopbackPorts.Find();
        await using ChildProcess server = TraversalBinary.StartWithDescriptors(
            Limit, ["serve", .. TraversalServer.ListenOptions(port), "--user", "user:pass", "--allow-peer", "127.0.0.0/8", "--http", "off"]);
        await TraversalServer.WaitUntilReadyAsync(port, server);

        ProgramResult refused = await LoadGenerator.RunAsync(port, "--setup-only", "--allocs", Text(TooMany));
        Assert.True(refused.ExitCode == 1, refused.Transcript);
        Assert.True(refused.Errors.Any(line => line.Contains("508", StringComparison.Ordinal)), refused.Transcript);

        // What the generator had, it gave back.
        ProgramResult served = await LoadGenerator.RunAsync(port, "--allocs", Text(Few), "--rate", "200", "--duration", "1", "--drain", "5");
        Assert.True(served.ExitCode == 0, $"{served.Transcript}\n{server.Transcript}");
        Assert.True(served.Output.Any(line => line.Contains("loss 0.000 %", StringComparison.Ordinal)), served.Transcript);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
