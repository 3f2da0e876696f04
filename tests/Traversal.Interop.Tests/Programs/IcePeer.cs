using System.Text.Json;

namespace Traversal.Interop.Tests.Programs;

/// <summary>
/// One side of a pair of ICE agents that speak JSON lines: first its credentials and candidates, then what becomes of the connection. The controlling
/// side sends ten messages and wants their echoes.
/// </summary>
internal sealed class IcePeer(string name, ChildProcess process) : IAsyncDisposable
{
    private const int Messages = 10;

    // An agent gives up after some 40 s.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The last pair that it said to be connected by; its candidates as they stand in SDP.</summary>
    public (string Local, string Remote) Pair
    {
        get
        {
            JsonElement connected = Lines().Last(line => IsState(line, "connected"));
            return (connected.GetProperty("local").GetString()!, connected.GetProperty("remote").GetString()!);
        }
    }

    /// <summary>Whether that pair goes by a relay.</summary>
    public bool IsRelayed => Pair.Local.Contains(" typ relay", StringComparison.Ordinal) || Pair.Remote.Contains(" typ relay", StringComparison.Ordinal);

    public string Transcript => $"{name}: {process.Transcript}";

    /// <summary>Our agent, <c>traversal ice-peer</c>.</summary>
    public static IcePeer StartOurs(string networkNamespace, params IEnumerable<string> options) =>
        new("ours", TraversalBinary.StartWithInputIn(networkNamespace, ["ice-peer", .. options]));

    /// <summary>A script of this folder that does the same.</summary>
    public static IcePeer StartScript(string networkNamespace, string python, string script, params IEnumerable<string> options) =>
        new(script, NetworkNamespace.StartWithInput(networkNamespace, python, [Path.Combine(AppContext.BaseDirectory, "Aioice", script), .. options]));

    /// <summary>Tells each side about the other, and waits until the controlling one has all its messages back.</summary>
    public static async Task ConnectAsync(IcePeer controlling, IcePeer controlled)
    {
        (string first, string second) = (await controlling.DescribeAsync(controlled), await controlled.DescribeAsync(controlling));
        await Task.WhenAll(controlling.TellAsync(second), controlled.TellAsync(first));
        await controlling.WaitForAsync("connected", controlled);
        await controlled.WaitForAsync("connected", controlling);
        await controlling.WaitForAsync("done", controlled);
        Assert.True(
            controlling.Lines().Single(line => IsState(line, "done")).GetProperty("echoed").GetInt32() == Messages, $"{controlling.Transcript}\n\n{controlled.Transcript}");
    }

    /// <summary>Fails with what both sides wrote where it does not hold.</summary>
    public void AssertThat(bool condition, IcePeer other) => Assert.True(condition, $"{Transcript}\n\n{other.Transcript}");

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static bool IsState(JsonElement line, string state) =>
        line.TryGetProperty("state", out JsonElement value) && string.Equals(value.GetString(), state, StringComparison.Ordinal);

    private async Task<string> DescribeAsync(IcePeer other)
    {
        await WaitAsync(line => line.TryGetProperty("ufrag", out _), other);
        return Lines().First(line => line.TryGetProperty("ufrag", out _)).GetRawText();
    }

    private Task TellAsync(string description) => process.WriteLineAsync(description);

    private Task WaitForAsync(string state, IcePeer other) => WaitAsync(line => IsState(line, state), other);

    private async Task WaitAsync(Func<JsonElement, bool> isExpected, IcePeer other)
    {
        try
        {
            await process.WaitForOutputAsync(_ => Lines().Any(isExpected), Limit);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Assert.Fail($"{failure.Message}\n\n{Transcript}\n\n{other.Transcript}");
        }
    }

    private IEnumerable<JsonElement> Lines() =>
        process.Output.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);
}
