using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>What <c>traversal serve</c> tells its operator, and what it keeps to itself.</summary>
public sealed class ServeTests
{
    private const int DefaultPort = 3478;
    private const int DefaultHttpPort = 8080;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Without_arguments_it_prints_its_listeners_a_credential_and_the_json_for_a_browser()
    {
        RequireFreeDefaultPorts();
        await using ChildProcess server = TraversalBinary.Start("serve");
        await TraversalServer.WaitUntilReadyAsync(DefaultPort, server);
        await server.WaitForOutputAsync(output => output.Any(IsIceServers), Limit);

        string[] output = server.Output;
        Assert.Contains(output, line => line.Contains("udp://", StringComparison.Ordinal) && line.Contains(":3478", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains("tcp://", StringComparison.Ordinal) && line.Contains(":3478", StringComparison.Ordinal));
        (string[] urls, string username, string credential) = ReadIceServers(output.Single(IsIceServers));
        Assert.Contains(urls, url => url.StartsWith("turn:", StringComparison.Ordinal) && url.EndsWith("?transport=udp", StringComparison.Ordinal));
        Assert.Contains(urls, url => url.StartsWith("turn:", StringComparison.Ordinal) && url.EndsWith("?transport=tcp", StringComparison.Ordinal));
        Assert.Contains(output, line => !IsIceServers(line) && line.Contains(username, StringComparison.Ordinal) && line.Contains(credential, StringComparison.Ordinal));
        // A generated password is for the terminal alone: the log goes to places that more people read.
        Assert.DoesNotContain(server.Errors, line => line.Contains(credential, StringComparison.Ordinal));

        using var http = new HttpClient();
        string live = await http.GetStringAsync(new Uri($"http://127.0.0.1:{DefaultHttpPort}/health/live"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(live);
    }

    [Fact]
    public async Task Two_runs_make_two_credentials()
    {
        string first = await GeneratedCredentialAsync();
        string second = await GeneratedCredentialAsync();

        Assert.NotEqual(first, second, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_http_side_says_that_it_lives_and_gives_a_browser_its_servers()
    {
        string http = $"http://127.0.0.1:{LoopbackPorts.Find()}";
        await using TraversalServer server = await TraversalServer.StartAsync(
            LoopbackPorts.Find(), "--user", "user:pass", "--realm", TraversalServer.Realm, "--http", http["http://".Length..]);
        await server.Process.WaitForOutputAsync(output => output.Any(line => line.Contains(http, StringComparison.Ordinal)), Limit);

        using var client = new HttpClient();
        using HttpResponseMessage live = await client.GetAsync(new Uri($"{http}/health/live"), TestContext.Current.CancellationToken);
        string json = await client.GetStringAsync(new Uri($"{http}/ice-servers"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        (string[] urls, string username, string credential) = ReadIceServers(json);
        Assert.Contains($"turn:127.0.0.1:{server.Port}?transport=udp", urls, StringComparer.Ordinal);
        Assert.Contains($"turn:127.0.0.1:{server.Port}?transport=tcp", urls, StringComparer.Ordinal);
        Assert.Equal(("user", "pass"), (username, credential));
    }

    [Fact]
    public async Task Secrets_that_were_given_are_never_printed()
    {
        const string Password = "a-password-that-was-given";
        const string Secret = "a-secret-that-was-given";
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await TraversalServer.StartAsync(
            LoopbackPorts.Find(), "--user", $"user:{Password}", "--auth-secret", Secret, "--allow-peer", "127.0.0.0/8", "--http", "off");

        ProgramResult accepted = await RelayAsync(client, server.Port, Password);
        ProgramResult refused = await RelayAsync(client, server.Port, "wrong");
        await server.Process.TerminateAsync();
        ProgramResult end = await server.Process.WaitForExitAsync(Limit);

        Assert.True(accepted.ExitCode == 0, accepted.Transcript);
        Assert.True(refused.ExitCode != 0, refused.Transcript);
        Assert.NotEmpty(end.Output);
        Assert.DoesNotContain(
            end.Output.Concat(end.Errors),
            line => line.Contains(Password, StringComparison.Ordinal) || line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_file_is_read_and_flags_win_over_it()
    {
        int port = LoopbackPorts.Find();
        int unused = LoopbackPorts.Find();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        string configuration = $$"""{ "listen": ["udp://127.0.0.1:{{unused}}"], "user": "user:pass", "realm": "from-the-file.example", "http": "off" }""";
        await File.WriteAllTextAsync(path, configuration, TestContext.Current.CancellationToken);
        try
        {
            await using TraversalServer server = await TraversalServer.StartAsync(port, "--config", path);
            await server.Process.WaitForOutputAsync(
                output => output.Any(line => line.Contains("from-the-file.example", StringComparison.Ordinal)), Limit);
            LoopbackPorts.HoldUdp(unused).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> GeneratedCredentialAsync()
    {
        await using TraversalServer server = await TraversalServer.StartAsync(LoopbackPorts.Find(), "--http", "off");
        await server.Process.WaitForOutputAsync(output => output.Any(IsIceServers), Limit);
        return ReadIceServers(server.Process.Output.Single(IsIceServers)).Credential;
    }

    private static Task<ProgramResult> RelayAsync(string client, int port, string password) => ChildProcess.RunAsync(
        Limit, client, "-y", "-c", "-n", "1", "-m", "2", "-u", "user", "-w", password, "-p", $"{port}", "127.0.0.1");

    private static bool IsIceServers(string line) => line.Contains("\"iceServers\"", StringComparison.Ordinal);

    private static (string[] Urls, string Username, string Credential) ReadIceServers(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement server = document.RootElement.GetProperty("iceServers")[0];
        return (
            [.. server.GetProperty("urls").EnumerateArray().Select(url => url.GetString()!)],
            server.GetProperty("username").GetString()!,
            server.GetProperty("credential").GetString()!);
    }

    private static void RequireFreeDefaultPorts()
    {
        try
        {
            using Socket udp = LoopbackPorts.HoldUdp(DefaultPort);
            using Socket tcp = LoopbackPorts.HoldTcp(DefaultPort);
            using Socket http = LoopbackPorts.HoldTcp(DefaultHttpPort);
        }
        catch (SocketException)
        {
            Assert.Skip($"Ports {DefaultPort} and {DefaultHttpPort} are the defaults that this test is about, and another program uses one of them.");
        }
    }
}
