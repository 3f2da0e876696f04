using System.Text.Json;
using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Interop.Tests.Programs;
using Traversal.Primitives;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal turn</c> says whether a TURN server works.</summary>
public sealed class TurnCommandTests
{
    private static readonly string[] Login = ["--user", TraversalServer.User, "--password", TraversalServer.Password];

    [Theory]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("turn:127.0.0.1:{0}?transport=tcp")]
    public async Task Every_step_is_a_line_with_its_time(string uri)
    {
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await TraversalBinary.RunAsync(["turn", Format(uri, server.Port), .. Login, "--count", "10"]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        string[] steps = ["allocate", "again", "permit", "channel", "echo", "rate", "refresh"];
        Assert.True(result.Output.Length == steps.Length, result.Transcript);
        Assert.All(steps.Zip(result.Output), step => Assert.Matches($@"^ok\s+{step.First}\s+[\d.]+ ms  \S", step.Second));
        Assert.Contains("10 of 10 came back", result.Output[4], StringComparison.Ordinal);
        Assert.Contains("1 round trip", result.Output[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_to_programs_as_JSON_and_uses_a_peer_that_is_named()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        using var peer = new EchoPeer();

        ProgramResult result = await TraversalBinary.RunAsync(
            ["turn", $"127.0.0.1:{server.Port}", .. Login, "--peer", peer.Address.ToString(), "--count", "5", "--json"]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        using JsonDocument json = JsonDocument.Parse(Assert.Single(result.Output));
        JsonElement root = json.RootElement;
        Assert.True(root.GetProperty("works").GetBoolean());
        Assert.Equal("ok", root.GetProperty("status").GetString());
        Assert.Equal((5, 5), (root.GetProperty("echo").GetProperty("sent").GetInt32(), root.GetProperty("echo").GetProperty("received").GetInt32()));
        Assert.True(root.GetProperty("rate").GetProperty("packetsPerSecond").GetDouble() > 0);
        Assert.Equal(
            ["allocate", "permit", "channel", "echo", "rate", "refresh"],
            root.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Coturn_and_TLS_and_a_password_from_a_file_are_fine()
    {
        await using CoturnServer server = await CoturnServer.StartAsync();
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, CoturnServer.Password + "\n");
            string[] login = ["--user", CoturnServer.User, "--password", "@" + file, "--count", "5"];
            ProgramResult plain = await TraversalBinary.RunAsync(["turn", $"127.0.0.1:{server.Port}", .. login]);
            ProgramResult secure = await TraversalBinary.RunAsync(["turn", $"turns:127.0.0.1:{server.TlsPort}", .. login, "--insecure"]);
            ProgramResult untrusted = await TraversalBinary.RunAsync(["turn", $"turns:127.0.0.1:{server.TlsPort}", .. login]);

            Assert.True((plain.ExitCode, secure.ExitCode) == (0, 0), $"{plain.Transcript}\n{secure.Transcript}\n{server.Transcript}");
            AssertFailure(untrusted, "TLS", "--insecure");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_fails_ends_with_a_reason_and_advice()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await TraversalBinary.RunAsync("turn", $"127.0.0.1:{server.Port}", "--user", TraversalServer.User, "--password", "wrong");

        AssertFailure(result, "(401)", "Check user name, password");
    }

    [Theory]
    [InlineData("'stun:127.0.0.1'", "stun:127.0.0.1", "--user", "u", "--password", "p")]
    [InlineData("--user", "127.0.0.1", "--password", "p")]
    [InlineData("--password", "127.0.0.1", "--user", "u")]
    [InlineData("--password", "127.0.0.1", "--user", "u", "--password", "@/does/not/exist")]
    [InlineData("--peer", "127.0.0.1", "--user", "u", "--password", "p", "--peer", "127.0.0.1")]
    [InlineData("'foo' in ?transport=", "turn:127.0.0.1?transport=foo", "--user", "u", "--password", "p")]
    [InlineData("'udp' in ?transport=", "turns:127.0.0.1?transport=udp", "--user", "u", "--password", "p")]
    [InlineData("--count", "127.0.0.1", "--user", "u", "--password", "p", "--count", "0")]
    public async Task Misuse_is_named(string named, params string[] arguments) =>
        UsageTests.AssertOneLine(2, named, await TraversalBinary.RunAsync(["turn", .. arguments]));

    [Fact]
    public async Task A_terminal_gets_a_table_and_a_plot()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed here: apt-get install --no-install-recommends util-linux");
        await using TraversalServer server = await TraversalServer.StartAsync();
        string command = $"{TraversalBinary.CommandLine} turn 127.0.0.1:{server.Port} {string.Join(' ', Login)} --count 10";

        ProgramResult result = await ChildProcess.RunAsync(TimeSpan.FromMinutes(2), "/usr/bin/env", "TERM=xterm", "/usr/bin/script", "-qec", command, "/dev/null");

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("median", StringComparison.Ordinal)), result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains('█', StringComparison.Ordinal)), result.Transcript);
    }

    [Theory]
    [InlineData("stun")]
    [InlineData("nat")]
    [InlineData("turn --user u --password p")]
    public async Task A_terminal_is_told_what_is_waited_for(string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed here: apt-get install --no-install-recommends util-linux");
        using IDatagramSocket silent = SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("127.0.0.1:0")).Value!;
        string[] words = command.Split(' ');

        await using ChildProcess asking = ChildProcess.Start(
            "/usr/bin/script", "-qec", $"{TraversalBinary.CommandLine} {words[0]} {silent.LocalAddress} {string.Join(' ', words[1..])}", "/dev/null");

        await asking.WaitForOutputAsync(lines => lines.Any(line => line.Contains("waiting for", StringComparison.Ordinal) && line.Contains($"{silent.LocalAddress}", StringComparison.Ordinal)), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_WebSocket_at_a_port_for_TCP_is_refused_at_once()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await TraversalBinary.RunAsync(["turn", $"ws://127.0.0.1:{server.Port}", .. Login]);

        AssertFailure(result, "does not take the WebSocket", "listener over WebSockets");
    }

    private static void AssertFailure(ProgramResult result, string reason, string advice)
    {
        Assert.True(result.ExitCode == 1, result.Transcript);
        Assert.Matches(@"^FAIL\s+allocate\s+[\d.]+ ms  ", Assert.Single(result.Output));
        string told = Assert.Single(result.Errors);
        Assert.Contains(reason, told, StringComparison.Ordinal);
        Assert.Contains(advice, told, StringComparison.Ordinal);
    }

    private static string Format(string uri, int port) => uri.Replace("{0}", $"{port}", StringComparison.Ordinal);
}
