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

    /// <summary>What it has said of itself so far: once, and again after each restart.</summary>
    public string[] Descriptions => [.. Lines().Where(IsDescription).Select(line => line.GetRawText())];

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
        await MeetAsync(controlling, controlled);
        await controlling.WaitForAsync("done", controlled);
        AssertEchoed(controlling, controlled);
    }

    /// <summary>Tells each side about the other, and waits until both have a path.</summary>
    public static async Task MeetAsync(IcePeer controlling, IcePeer controlled)
    {
        (string first, string second) = (await controlling.DescribeAsync(controlled), await controlled.DescribeAsync(controlling));
        await Task.WhenAll(controlling.TellAsync(second), controlled.TellAsync(first));
        await controlling.WaitForAsync("connected", controlled);
        await controlled.WaitForAsync("connected", controlling);
    }

    /// <summary>Tells each side what the other one says of itself from then on, until the controlling one has all its messages back.</summary>
    public static async Task FollowAsync(IcePeer controlling, IcePeer controlled)
    {
        int told = 1, toldBack = 1;
        while (true)
        {
            await controlling.WaitAsync(() => controlling.IsDone || controlling.Descriptions.Length > told || controlled.Descriptions.Length > toldBack, controlled);
            if (controlling.IsDone) break;

            told += await controlled.TellAllAsync(controlling.Descriptions.Skip(told));
            toldBack += await controlling.TellAllAsync(controlled.Descriptions.Skip(toldBack));
        }

        AssertEchoed(controlling, controlled);
    }

    /// <summary>Fails with what both sides wrote where it does not hold.</summary>
    public void AssertThat(bool condition, IcePeer other) => Assert.True(condition, $"{Transcript}\n\n{other.Transcript}");

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static void AssertEchoed(IcePeer controlling, IcePeer controlled) =>
        Assert.True(
            controlling.Lines().Single(line => IsState(line, "done")).GetProperty("echoed").GetInt32() == Messages, $"{controlling.Transcript}\n\n{controlled.Transcript}");

    private static bool IsState(JsonElement line, string state) =>
        line.TryGetProperty("state", out JsonElement value) && string.Equals(value.GetString(), state, StringComparison.Ordinal);

    private static bool IsDescription(JsonElement line) => line.TryGetProperty("ufrag", out _);

    private bool IsDone => Lines().Any(line => IsState(line, "done"));

    private async Task<string> DescribeAsync(IcePeer other)
    {
        await WaitAsync(() => Descriptions.Length > 0, other);
        return Descriptions[0];
    }

    private async Task<int> TellAllAsync(IEnumerable<string> descriptions)
    {
        int told = 0;
        foreach (string description in descriptions)
        {
            await TellAsync(description);
            told++;
        }

        return told;
    }

    private Task TellAsync(string description) => process.WriteLineAsync(description);

    private Task WaitForAsync(string state, IcePeer other) => WaitAsync(() => Lines().Any(line => IsState(line, state)), other);

    private async Task WaitAsync(Func<bool> isExpected, IcePeer other)
    {
        try
        {
            await process.WaitForOutputAsync(_ => isExpected(), Limit);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Assert.Fail($"{failure.Message}\n\n{Transcript}\n\n{other.Transcript}");
        }
    }

    private IEnumerable<JsonElement> Lines() =>
        process.Output.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);
}
