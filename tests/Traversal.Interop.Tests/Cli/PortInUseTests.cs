using System.Globalization;
using System.Net.Sockets;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>A taken port ends with exit code 1 and one line that names the address, whoever holds it.</summary>
public sealed class PortInUseTests
{
    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task A_port_that_another_program_holds_is_named(string transport)
    {
        int port = LoopbackPorts.Find();
        using Socket holder = string.Equals(transport, "udp", StringComparison.Ordinal) ? LoopbackPorts.HoldUdp(port) : LoopbackPorts.HoldTcp(port);

        ProgramResult result = await TraversalBinary.RunAsync(["serve", .. TraversalServer.ListenOptions(port), "--http", "off"]);

        UsageTests.AssertOneLine(1, Address(port), result);
    }

    [Theory]
    [InlineData("udp", "1")]
    [InlineData("udp", "2")]
    [InlineData("tcp", "1")]
    public async Task A_port_that_another_server_of_ours_holds_is_named_and_the_other_goes_on(string transport, string workers)
    {
        // Several workers share their listening port, which must not mean that a second server shares it too.
        await using TraversalServer first = await TraversalServer.StartAsync(LoopbackPorts.Find(), "--workers", workers, "--http", "off");

        ProgramResult second = await TraversalBinary.RunAsync(
            "serve", "--listen", $"{transport}://{Address(first.Port)}", "--workers", workers, "--http", "off");

        UsageTests.AssertOneLine(1, Address(first.Port), second);
        ProgramResult question = await TraversalBinary.RunAsync("stun", Address(first.Port));
        Assert.True(question.ExitCode == 0, $"{question.Transcript}\n{first.Process.Transcript}");
    }

    [Fact]
    public async Task A_taken_port_of_the_http_side_is_named()
    {
        int port = LoopbackPorts.Find();
        int http = LoopbackPorts.Find();
        using Socket holder = LoopbackPorts.HoldTcp(http);

        ProgramResult result = await TraversalBinary.RunAsync(["serve", .. TraversalServer.ListenOptions(port), "--http", Address(http)]);

        UsageTests.AssertOneLine(1, Address(http), result);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        // From TEST-NET-3, which nobody has (RFC 5737).
        ProgramResult result = await TraversalBinary.RunAsync("serve", "--listen", "udp://203.0.113.7:3478", "--http", "off");

        UsageTests.AssertOneLine(1, "203.0.113.7:3478", result);
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
