using System.Net;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal stun</c> prints how a server sees this machine.</summary>
public sealed class StunCommandTests
{
    [Fact]
    public async Task The_mapped_address_is_printed()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await TraversalBinary.RunAsync("stun", $"127.0.0.1:{server.Port}");

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output is [var line] && IPEndPoint.TryParse(line, out IPEndPoint? mapped) && IPAddress.Loopback.Equals(mapped.Address), result.Transcript);
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_one_line()
    {
        string nobody = $"127.0.0.1:{LoopbackPorts.Find()}";

        UsageTests.AssertOneLine(1, nobody, await TraversalBinary.RunAsync("stun", nobody));
    }
}
