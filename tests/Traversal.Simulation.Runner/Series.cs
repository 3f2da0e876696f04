using System.Diagnostics;
using Traversal.Simulation.Runs;

namespace Traversal.Simulation.Runner;

/// <summary>Many seeds, on all cores.</summary>
internal static class Series
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    public static int Run(RunnerOptions options)
    {
        var summary = new Summary();
        long began = Stopwatch.GetTimestamp();
        long next = 0;
        using var progress = new Timer(_ => Console.Error.WriteLine($"{summary.Runs}/{options.Seeds} seeds, {summary.Faults} faults"), null, ProgressInterval, ProgressInterval);
        Thread[] threads = [.. Enumerable.Range(0, options.Threads).Select(_ => new Thread(Work))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();

        Console.Out.Write(summary.ToText(Stopwatch.GetElapsedTime(began)));
        return summary.Faults == 0 ? ExitCode.Well : ExitCode.Faults;

        void Work()
        {
            while (summary.Faults < options.MaxFaults)
            {
                ulong index = (ulong)Interlocked.Increment(ref next) - 1;
                if (index >= options.Seeds) return;

                RunResult result = RandomRun.Play(unchecked(options.From + index));
                summary.Add(result);
                if (result.Fault is { } fault) Console.Out.WriteLine($"--seed {result.Seed}: {fault.Split('\n')[0]}");
            }
        }
    }
}
