using System.Diagnostics;
using System.Globalization;
using Traversal.Client;

namespace Traversal.Cli.Turn;

/// <summary>What the check found, step by step; each is printed as soon as it is done.</summary>
internal sealed class TurnReport(string server, TextWriter? output)
{
    private readonly List<TurnStep> _steps = [];

    public string Server => server;

    public IReadOnlyList<TurnStep> Steps => _steps;

    /// <summary>What keeps the server from being used, and what to do about it; null where nothing does.</summary>
    public string? Failure { get; private set; }

    public TurnOutcome? Outcome { get; set; }

    public string? Relayed { get; set; }

    public string? Mapped { get; set; }

    public RoundTrips? RoundTrips { get; set; }

    public Throughput? Throughput { get; set; }

    /// <summary>Runs a step, and prints it.</summary>
    /// <returns>Whether it went well.</returns>
    public async Task<bool> RunAsync(string name, Func<Task<(bool IsOk, string Text)>> step)
    {
        long start = Stopwatch.GetTimestamp();
        bool isOk;
        string text;
        using (new WaitNotice($"{name}: waiting for {server}, 40 s at most", isWanted: output is not null))
            (isOk, text) = await step().ConfigureAwait(false);
        var done = new TurnStep(name, isOk, Stopwatch.GetElapsedTime(start), text);
        _steps.Add(done);
        output?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isOk ? "ok  " : "FAIL")}  {name,-9} {done.Time.TotalMilliseconds,9:0.0} ms  {text}"));
        if (!isOk) Failure ??= text;
        return isOk;
    }

    /// <summary>Says what to do about a failure.</summary>
    public void Advise(string advice) => Failure = Failure is null ? advice : $"{Failure} {advice}";
}
