using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal ice-peer</c>: two of them, whose lines the test carries.</summary>
public sealed class IcePeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Two_peers_connect_and_ten_pings_come_back(string address)
    {
        (ProgramResult controlling, ProgramResult controlled) = await ConnectAsync("--bind", address);

        AssertConnected(controlling, "typ host");
        Assert.Equal("""{"state":"done","echoed":10}""", controlling.Output[^1]);
        AssertConnected(controlled, "typ host");
        Assert.Equal(2, controlled.Output.Length);
    }

    [Theory]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("turn:127.0.0.1:{0}?transport=tcp")]
    public async Task By_a_relay_alone(string turn)
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        (ProgramResult controlling, ProgramResult controlled) = await ConnectAsync(
            "--bind", "127.0.0.1", "--turn", turn.Replace("{0}", $"{server.Port}", StringComparison.Ordinal), "--user", TraversalServer.User, "--pass", TraversalServer.Password,
            "--stun", $"127.0.0.1:{server.Port}", "--relay-only", "--no-nat-prediction");

        AssertConnected(controlling, "typ relay");
        AssertConnected(controlled, "typ relay");
    }

    [Fact]
    public async Task A_line_that_is_none_ends_it()
    {
        await using ChildProcess peer = TraversalBinary.StartWithInput("ice-peer", "--bind", "127.0.0.1");
        await peer.WriteLineAsync("hello");
        ProgramResult result = await peer.WaitForExitAsync(Limit);

        Assert.True(result.ExitCode == 1, result.Transcript);
        Assert.True(result.Errors is [var line] && line.Contains("standard input", StringComparison.Ordinal), result.Transcript);
    }

    [Fact]
    public async Task Nobody_is_there_and_the_time_is_over()
    {
        await using ChildProcess peer = TraversalBinary.StartWithInput("ice-peer", "--bind", "127.0.0.1", "--exit-after", "1");
        ProgramResult result = await peer.WaitForExitAsync(Limit);

        Assert.True(result.ExitCode == 1, result.Transcript);
        Assert.True(result.Errors is [var line] && line.Contains("not connected within 1 s", StringComparison.Ordinal), result.Transcript);
        Assert.Equal("failed", JsonDocument.Parse(result.Output[^1]).RootElement.GetProperty("state").GetString());
    }

    private static async Task<(ProgramResult Controlling, ProgramResult Controlled)> ConnectAsync(params string[] options)
    {
        await using ChildProcess one = TraversalBinary.StartWithInput(["ice-peer", "--controlling", .. options]), other = TraversalBinary.StartWithInput(["ice-peer", "--controlled", .. options]);
        await one.WaitForOutputAsync(lines => lines.Length > 0, Limit);
        await other.WaitForOutputAsync(lines => lines.Length > 0, Limit);
        await one.WriteLineAsync(other.Output[0]);
        await other.WriteLineAsync(one.Output[0]);
        return (await one.WaitForExitAsync(Limit), await other.WaitForExitAsync(Limit));
    }

    private static void AssertConnected(ProgramResult result, string kind)
    {
        Assert.True(result.ExitCode == 0, result.Transcript);
        JsonElement state = JsonDocument.Parse(result.Output[1]).RootElement;
        Assert.Equal("connected", state.GetProperty("state").GetString());
        Assert.StartsWith("candidate:", state.GetProperty("remote").GetString(), StringComparison.Ordinal);
        Assert.Contains(kind, state.GetProperty("local").GetString(), StringComparison.Ordinal);
    }
}
