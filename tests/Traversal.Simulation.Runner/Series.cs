using System.Diagnostics;
using Traversal.Simulation.Runs;

namespace Traversal.Simulation.Runner;

/// <summary>Many seeds, on as many threads as the options say.</summary>
internal sealed class Series(RunnerOptions options, TextWriter output, TextWriter errors, Func<ulong, RunResult> play)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly Summary _summary = new();
    private long _next;

    /// <summary>Runs them, with a line for each fault, and the figures at the end.</summary>
    public Summary Run()
    {
        long began = Stopwatch.GetTimestamp();
        using (new Timer(_ => SayProgress(), null, ProgressInterval, ProgressInterval))
        {
            Thread[] threads = [.. Enumerable.Range(0, options.Threads).Select(_ => new Thread(Work))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
        }

        SayProgress();
        output.Write(_summary.ToText(Stopwatch.GetElapsedTime(began)));
        return _summary;
    }

    private void SayProgress() => errors.WriteLine($"{_summary.Runs}/{options.Seeds} seeds, {_summary.Faults} faults");

    private void Work()
    {
        while (_summary.Faults < options.MaxFaults)
        {
            ulong index = (ulong)Interlocked.Increment(ref _next) - 1;
            if (index >= options.Seeds) return;

            RunResult result = play(unchecked(options.From + index));
            _summary.Add(result);
            if (result.Fault is { } fault) output.WriteLine($"--seed {result.Seed}: {fault.Split('\n')[0]}");
        }
    }
}
