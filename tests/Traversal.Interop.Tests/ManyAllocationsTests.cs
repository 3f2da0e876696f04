using System.Globalization;
using Traversal.Interop.Tests.Programs;
using Traversal.Turn.Tests;

namespace Traversal.Interop.Tests;

/// <summary>Thousands of allocations with real sockets, more than one relay address has ports for. <c>TRAVERSAL_SOAK=8</c> makes it 15,000.</summary>
public sealed class ManyAllocationsTests
{
    private const int MostAllocations = 15_000, PortsOnAddress = 5_000;

    [Fact]
    public async Task Thousands_of_allocations_relay_over_several_relay_addresses()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8 on loopback");
        int allocations = Math.Min(2_000 * Soak.Factor, MostAllocations);
        int ports = Math.Min(allocations / 3, PortsOnAddress);
        string[] addresses = [.. Enumerable.Range(1, 4).SelectMany(i => new[] { "--relay-address", $"127.0.43.{i}" })];
        await using TraversalServer server = await TraversalServer.StartAsync(
            LoopbackPorts.Find(),
            [
                "--user", "user:pass", "--allow-peer", "127.0.0.0/8", "--http", "off", "--relay-ports", $"40000-{Text(40_000 + ports - 1)}", .. addresses,
            ]);

        ProgramResult load = await OverfullBuffers.RunAsync(server, LostNothing, () => LoadGenerator.RunAsync(
            server.Port, "--allocs", Text(allocations), "--peers", "shared", "--rate", Text(allocations), "--warm-up", "0", "--duration", "2", "--drain", "10"));

        Assert.True(load.ExitCode == 0 && LostNothing(load), $"{load.Transcript}\n{server.Process.Transcript}");
    }

    private static bool LostNothing(ProgramResult load) => load.Output.Any(line => line.Contains("loss 0.000 %", StringComparison.Ordinal));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
