using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>coturn's load client relays through the server to coturn's echo peer, or to itself, and loses nothing.</summary>
public sealed class CoturnClientTests
{
    private const int Clients = 20;
    private const int MessagesPerClient = 100;

    // The client sends a message every 20 ms per session and waits about a second around that.
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    private static readonly string[] TellingWords = ["error ", "lost packets", "tot_send_msgs"];

    public static TheoryData<string, string> Modes => new()
    {
        { "channels over UDP, in EVEN-PORT pairs", "" },
        { "channels over UDP", "-c" },
        { "Send indications over UDP, in EVEN-PORT pairs", "-s" },
        { "client to client over UDP, in EVEN-PORT pairs", "-y" },
        { "Send indications, client to client over UDP", "-c -s -y" },
        { "channels over TCP, in EVEN-PORT pairs", "-t" },
        { "channels over TCP", "-t -c" },
        { "Send indications over TCP, in EVEN-PORT pairs", "-t -s" },
        { "client to client over TCP, in EVEN-PORT pairs", "-t -y" },
        { "Send indications, client to client over TCP", "-t -c -s -y" },
        { "channels over TLS, in EVEN-PORT pairs", "-t -S" },
        { "Send indications, client to client over TLS", "-t -S -c -s -y" },
        { "channels over UDP, padded as over TCP", "-D" },
        { "channels over TCP, in EVEN-PORT pairs, padded", "-t -D" },
        { "with extra CreatePermission and ChannelBind requests", "-G" },
        { "with an explicit IPv4 family", "-X" },
        { "with DONT-FRAGMENT", "-g" },
        { "with DONT-FRAGMENT in Send indications", "-g -c -s" },
        { "with DONT-FRAGMENT in Send indications over TCP", "-g -c -s -t" },
    };

    public static TheoryData<string, string, string> IPv6Modes => new()
    {
        { "an IPv6 relay for an IPv4 client", "-x -c", "::1" },
        { "an IPv6 relay for an IPv4 client, with Send indications", "-x -c -s", "::1" },
        { "an IPv6 relay for an IPv4 client over TCP", "-x -c -t", "::1" },
        { "client to client by IPv6 relays", "-x -c -y", "::1" },
        { "both relays, to an IPv4 peer", "-Z", "127.0.0.1" },
        { "both relays, to an IPv6 peer", "-Z", "::1" },
        { "both relays over TCP, to an IPv6 peer", "-Z -t", "::1" },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_client_loses_no_message(string mode, string flags)
    {
        RequireCoturn();
        using var certificate = new CertificateFolder();
        await using TraversalServer server = flags.Contains("-S", StringComparison.Ordinal)
            ? await TraversalServer.StartAsync(certificate)
            : await TraversalServer.StartAsync();
        // The second session of a pair sends to the port after the peer's, where the peer listens too.
        int peerPort = LoopbackPorts.Find(count: 2);
        await using ChildProcess peer = await StartPeerAsync(peerPort);

        ProgramResult result = await RunClientAsync(server, peerPort, flags);

        AssertNothingLost(mode, result, server);
    }

    [Theory]
    [MemberData(nameof(IPv6Modes))]
    public async Task The_client_loses_no_message_with_IPv6_relays(string mode, string flags, string peerAddress)
    {
        RequireCoturn();
        await using TraversalServer server = await TraversalServer.StartAsync(
            LoopbackPorts.Find(),
            "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm, "--http", "off",
            "--relay-address", "127.0.0.1", "--relay-address", "::1", "--allow-peer", "127.0.0.0/8", "--allow-peer", "::1/128");
        int peerPort = LoopbackPorts.Find(count: 2);
        await using ChildProcess peer = await StartPeerAsync(peerPort);

        ProgramResult result = await RunClientAsync(server, peerPort, flags, peerAddress);

        AssertNothingLost(mode, result, server);
    }

    [Fact]
    public async Task Two_clients_of_one_server_reach_each_other_where_no_peer_is_allowed()
    {
        RequireCoturn();
        await using TraversalServer server = await StartWithoutAllowedPeersAsync();

        ProgramResult result = await RunClientAsync(server, LoopbackPorts.Find(), "-y");

        AssertNothingLost("the relay ports of the server itself are reachable", result, server);
    }

    [Theory]
    [InlineData("-M -c", "2")]
    [InlineData("-M -c -s", "2")]
    [InlineData("-M -c -t", "1")]
    public async Task A_client_that_moves_to_another_port_after_each_allocation_loses_no_message(string flags, string workers)
    {
        RequireCoturn();
        await using TraversalServer server = await TraversalServer.StartAsync(
            LoopbackPorts.Find(), "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm,
            "--allow-peer", "127.0.0.0/8", "--http", "off", "--mobility", "--workers", workers);
        int peerPort = LoopbackPorts.Find(count: 2);
        await using ChildProcess peer = await StartPeerAsync(peerPort);

        ProgramResult result = await RunClientAsync(server, peerPort, flags);

        // The system may give a client the port that another one has left, where that one's allocation still is.
        for (int again = 0; again < 2 && result.Output.Any(line => line.Contains("error 437", StringComparison.Ordinal)); again++)
            result = await RunClientAsync(server, peerPort, flags);

        AssertNothingLost("mobility", result, server);
    }

    [Fact]
    public async Task A_loopback_peer_is_forbidden_where_no_peer_is_allowed()
    {
        RequireCoturn();
        await using TraversalServer server = await StartWithoutAllowedPeersAsync();
        int peerPort = LoopbackPorts.Find(count: 2);
        await using ChildProcess peer = await StartPeerAsync(peerPort);

        ProgramResult result = await RunClientAsync(server, peerPort, "-c");

        Assert.True(result.ExitCode != 0, result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("error 403", StringComparison.Ordinal)), result.Transcript);
    }

    [Fact]
    public async Task The_stun_client_learns_its_address()
    {
        string client = ExternalProgram.CoturnStunClient;
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await ChildProcess.RunAsync(RunLimit, client, "-p", Text(server.Port), "127.0.0.1");

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("UDP reflexive addr: 127.0.0.1:", StringComparison.Ordinal)), result.Transcript);
    }

    [Fact]
    public async Task A_wrong_password_gets_no_allocation()
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await ChildProcess.RunAsync(
            RunLimit, client, "-u", TraversalServer.User, "-w", "wrong", "-y", "-n", "1", "-m", "1", "-p", Text(server.Port), "127.0.0.1");

        Assert.True(result.ExitCode != 0, result.Transcript);
        Assert.False(server.Process.HasExited, server.Process.Transcript);
    }

    private static Task<TraversalServer> StartWithoutAllowedPeersAsync() => TraversalServer.StartAsync(
        LoopbackPorts.Find(), "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm, "--http", "off");

    private static Task<ProgramResult> RunClientAsync(TraversalServer server, int peerPort, string flags, string peerAddress = "127.0.0.1") =>
        OverfullBuffers.RunAsync(server, IsComplete, () => ChildProcess.RunAsync(
            RunLimit,
            ExternalProgram.CoturnClient,
            [
                "-u", TraversalServer.User, "-w", TraversalServer.Password,
                "-r", Text(peerPort), "-e", peerAddress, "-n", Text(MessagesPerClient), "-m", Text(Clients),
                .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                "-p", Text(server.Port), "127.0.0.1",
            ]));

    private static void AssertNothingLost(string mode, ProgramResult result, TraversalServer server)
    {
        string transcript = $"{mode}: exit code {result.ExitCode}; {Telling(result)}\n{result.Transcript}\n\n{server.Process.Transcript}";
        Assert.True(result.ExitCode == 0 && IsComplete(result), transcript);
        Assert.False(server.Process.HasExited, transcript);
    }

    // The last lines of the client about errors and losses, for who sees the first line of the message alone.
    private static string Telling(ProgramResult result) => string.Join(
        "; ", result.Output.Where(line => TellingWords.Any(word => line.Contains(word, StringComparison.Ordinal))).TakeLast(4));

    // Nothing lost of nothing sent would read the same without the second line.
    private static bool IsComplete(ProgramResult result) =>
        result.Output.Any(line => line.Contains("Total lost packets 0 ", StringComparison.Ordinal)) &&
        result.Output.Any(line => line.Contains($"tot_send_msgs={Clients * MessagesPerClient}, tot_recv_msgs={Clients * MessagesPerClient}", StringComparison.Ordinal));

    // Before anything is started, so that a missing program skips the test and does nothing else.
    private static void RequireCoturn() => Assert.All([ExternalProgram.CoturnClient, ExternalProgram.CoturnPeer], Assert.NotEmpty);

    // It listens on all its addresses before it answers on any.
    private static async Task<ChildProcess> StartPeerAsync(int port)
    {
        ChildProcess peer = ChildProcess.Start(ExternalProgram.CoturnPeer, "-p", Text(port), "-L", "::1", "-L", "127.0.0.1");
        await LoopbackEcho.WaitForAsync(port, peer);
        return peer;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
