using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal ice</c> gathers, and says what is wrong with servers.</summary>
public sealed class IceCommandTests
{
    private static readonly string[] Login = ["--user", TraversalServer.User, "--password", TraversalServer.Password];

    [Fact]
    public async Task Each_candidate_is_a_line_with_its_time()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        ProgramResult result = await TraversalBinary.RunAsync(["ice", $"127.0.0.1:{server.Port}", $"turn:127.0.0.1:{server.Port}", "--bind", "127.0.0.1", .. Login]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output.Length == 3, result.Transcript);
        Assert.Matches(@"^\s+[\d.]+ ms  host   127\.0\.0\.1:\d+  priority \d+$", result.Output[0]);
        Assert.Matches($@"^\s+[\d.]+ ms  relay  127\.0\.0\.1:\d+  by 127\.0\.0\.1:{server.Port}  priority \d+$", result.Output[1]);
        Assert.Matches(@"^\s+[\d.]+ ms  done$", result.Output[2]);
    }

    [Fact]
    public async Task It_is_told_to_programs_as_JSON()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        ProgramResult result = await TraversalBinary.RunAsync(["ice", $"turn:127.0.0.1:{server.Port}?transport=tcp", "--bind", "127.0.0.1", "--relay-only", "--json", .. Login]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        using JsonDocument json = JsonDocument.Parse(Assert.Single(result.Output));
        Assert.True(json.RootElement.GetProperty("works").GetBoolean());
        JsonElement candidate = Assert.Single(json.RootElement.GetProperty("candidates").EnumerateArray());
        Assert.Equal("relay", candidate.GetProperty("type").GetString());
        Assert.Equal($"127.0.0.1:{server.Port}", candidate.GetProperty("server").GetString());
        Assert.Empty(json.RootElement.GetProperty("failures").EnumerateArray());
    }

    [Fact]
    public async Task A_server_that_refuses_comes_with_advice()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        ProgramResult result = await TraversalBinary.RunAsync(
            "ice", $"turn:127.0.0.1:{server.Port}", "--bind", "127.0.0.1", "--user", TraversalServer.User, "--password", "wrong");

        Assert.True(result.ExitCode == 1, result.Transcript);
        Assert.True(result.Output.Length == 3, result.Transcript);
        Assert.Contains("FAIL   udp://127.0.0.1", result.Output[1], StringComparison.Ordinal);
        Assert.Contains("Check user name, password and realm", result.Output[1], StringComparison.Ordinal);
        Assert.True(result.Errors is [var line] && line.Contains("(401)", StringComparison.Ordinal), result.Transcript);
    }
}
