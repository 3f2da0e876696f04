using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>
/// coturn's load client with access tokens (RFC 7635). It makes them itself, with keys that are built in, and a new one for each Allocate and Refresh, of
/// whichever key the lot falls on. It signs with the first 128 bits of the session key, where the RFC has all 160.
/// </summary>
public sealed class CoturnTokenTests
{
    private const int Clients = 20;
    private const int MessagesPerClient = 50;

    // What stands in the client as base64 has a line break at its end, which is no part of the keys.
    private const string North = "north=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        OldEmpire = "oldempire=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
        Union = "union=MTIzNDU2Nzg5MDEyMzQ1Ng==";

    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("-c")]
    [InlineData("-t")]
    [InlineData("-s -y")]
    [InlineData("-T")]
    public async Task With_tokens_the_client_loses_no_message(string mode)
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await StartAsync(North, OldEmpire, Union);
        int peerPort = LoopbackPorts.Find(count: 2);
        await using ChildProcess peer = ChildProcess.Start(ExternalProgram.CoturnPeer, "-p", Text(peerPort), "-L", "127.0.0.1");
        await LoopbackEcho.WaitForAsync(peerPort, peer);

        ProgramResult result = await OverfullBuffers.RunAsync(server, IsComplete, () => RunAsync(client, server, peerPort, mode));

        string transcript = $"{result.Transcript}\n\n{server.Process.Transcript}";
        Assert.True(IsComplete(result), transcript);
        Assert.False(server.Process.HasExited, transcript);
    }

    [Fact]
    public async Task Tokens_of_keys_that_the_server_has_not_get_no_allocation()
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await StartAsync("south=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

        ProgramResult result = await RunAsync(client, server, LoopbackPorts.Find(), "-c");

        Assert.True(result.ExitCode != 0, result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("Cannot complete Allocation", StringComparison.Ordinal)), result.Transcript);
        Assert.False(server.Process.HasExited, server.Process.Transcript);
    }

    private static bool IsComplete(ProgramResult result) =>
        result.Output.Any(line => line.Contains("Total lost packets 0 ", StringComparison.Ordinal)) &&
        result.Output.Any(line => line.Contains($"tot_send_msgs={Clients * MessagesPerClient}, tot_recv_msgs={Clients * MessagesPerClient}", StringComparison.Ordinal));

    private static Task<TraversalServer> StartAsync(params string[] keys) => TraversalServer.StartAsync(
        LoopbackPorts.Find(),
        [
            "--realm", "north.gov", "--allow-peer", "127.0.0.0/8", "--http", "off", "--tcp-relay",
            .. keys.SelectMany(key => (string[])["--token-key", key]),
        ]);

    private static Task<ProgramResult> RunAsync(string client, TraversalServer server, int peerPort, string mode) => ChildProcess.RunAsync(
        RunLimit,
        client,
        [
            "-J", "-r", Text(peerPort), "-e", "127.0.0.1", "-n", Text(MessagesPerClient), "-m", Text(Clients),
            .. mode.Split(' '), "-p", Text(server.Port), "127.0.0.1",
        ]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
