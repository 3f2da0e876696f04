using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>aioice, an ICE implementation in Python, allocates and relays through the server.</summary>
public sealed class AioiceTests
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Datagrams_echo_through_an_allocation_and_two_agents_connect(string transport)
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using TraversalServer server = await TraversalServer.StartAsync();
        string script = Path.Combine(AppContext.BaseDirectory, "Aioice", "aioice_relay.py");

        ProgramResult result = await ChildProcess.RunAsync(
            RunLimit,
            python,
            script,
            "127.0.0.1",
            server.Port.ToString(CultureInfo.InvariantCulture),
            TraversalServer.User,
            TraversalServer.Password,
            transport);

        string transcript = $"{result.Transcript}\n\n{server.Process.Transcript}";
        Assert.True(result.ExitCode == 0, transcript);
        Assert.Equal("OK", result.Output.LastOrDefault());
    }
}
