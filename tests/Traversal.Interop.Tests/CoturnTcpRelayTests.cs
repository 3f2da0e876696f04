using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>coturn's load client over TCP allocations (RFC 6062): each session has connections to its own, through the server both ways.</summary>
public sealed class CoturnTcpRelayTests
{
    private const int Clients = 10;
    private const int MessagesPerClient = 50;
    private const int MessageBytes = 100;

    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(120);

    // The clients of a pair connect to each other's relayed addresses, which need no rule.
    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Over_TCP_allocations_the_client_loses_no_message(string workers)
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await StartAsync("--workers", workers);

        ProgramResult result = await RunAsync(client, server, "-T");

        AssertCounts(result, server, sent: Clients * MessagesPerClient, received: Clients * MessagesPerClient);
        Assert.True(result.Output.Any(line => line.Contains("Total lost packets 0 ", StringComparison.Ordinal)), result.Transcript);
    }

    // The client draws the TLS version of each connection by lot, and tries again where it drew one that is refused.
    [Fact]
    public async Task Over_TCP_allocations_and_TLS_the_client_loses_no_message()
    {
        string client = ExternalProgram.CoturnClient;
        using var certificate = new CertificateFolder();
        await using TraversalServer server = await StartAsync(certificate.Options);

        ProgramResult result = await RunAsync(client, server, "-T", "-S");

        AssertCounts(result, server, sent: Clients * MessagesPerClient, received: Clients * MessagesPerClient);
        Assert.True(result.Output.Any(line => line.Contains("Total lost packets 0 ", StringComparison.Ordinal)), result.Transcript);
    }

    // The peers connect to the relayed addresses and answer nothing, so that half arrives of what the client counts, as with coturn's own server.
    [Fact]
    public async Task What_peers_send_who_have_connected_arrives()
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await StartAsync("--allow-peer", "127.0.0.0/8");

        ProgramResult result = await RunAsync(client, server, "-P");

        AssertCounts(result, server, sent: Clients * MessagesPerClient, received: Clients * MessagesPerClient / 2);
    }

    [Fact]
    public async Task Without_the_option_there_are_no_TCP_allocations()
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await RunAsync(client, server, "-T");

        Assert.True(result.Output.Any(line => line.Contains("error 442", StringComparison.Ordinal)), result.Transcript);
    }

    private static Task<TraversalServer> StartAsync(params string[] options) => TraversalServer.StartAsync(
        LoopbackPorts.Find(),
        ["--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm, "--http", "off", "--tcp-relay", .. options]);

    private static Task<ProgramResult> RunAsync(string client, TraversalServer server, params string[] mode) => ChildProcess.RunAsync(
        RunLimit,
        client,
        [
            .. mode, "-u", TraversalServer.User, "-w", TraversalServer.Password, "-e", "127.0.0.1",
            "-n", Text(MessagesPerClient), "-m", Text(Clients), "-l", Text(MessageBytes), "-p", Text(server.Port), "127.0.0.1",
        ]);

    private static void AssertCounts(ProgramResult result, TraversalServer server, int sent, int received)
    {
        string transcript = $"{result.Transcript}\n\n{server.Process.Transcript}";
        Assert.True(result.Output.Any(line => line.Contains($"tot_send_msgs={sent}, tot_recv_msgs={received}", StringComparison.Ordinal)), transcript);
        string bytes = $"tot_send_bytes ~ {sent * MessageBytes}, tot_recv_bytes ~ {received * MessageBytes}";
        Assert.True(result.Output.Any(line => line.Contains(bytes, StringComparison.Ordinal)), transcript);
        Assert.False(server.Process.HasExited, transcript);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
