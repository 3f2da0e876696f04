using System.Diagnostics;
using System.Globalization;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Benchmarks.Relay;

/// <summary>
/// ChannelData verdicts a second of one worker and of two at once, each a thread with its own machine of one group, over thousands of allocations and
/// without sockets: what the kernel does is not shared, so this is where a shared lock or cache line would show.
/// </summary>
internal static class WorkerScaling
{
    private const int Clients = 10_000, Rounds = 10, Chunk = 1 << 16;
    private const double LeastRatio = 1.7;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    public static int Run(TextWriter output)
    {
        var group = new RelayGroup(RelayRequests.Options(2 * Clients), RandomSource.Seeded(2));
        RelayTraffic[] workers = [.. Enumerable.Range(0, 2).Select(shard => RelayTraffic.ChannelDataToPeers(new RelayClients(Clients, group, shard)))];
        Measure(workers);
        double one = 0, two = 0;
        for (int round = 0; round < Rounds; round++)
        {
            one = Math.Max(one, Measure(workers.AsSpan(round % 2, 1)));
            two = Math.Max(two, Measure(workers));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"1 worker {one / 1e6:0.0} million verdicts/s, 2 workers {two / 1e6:0.0}, ratio {two / one:0.00}, best of {Rounds} rounds"));
        return two >= LeastRatio * one ? 0 : 1;
    }

    private static double Measure(ReadOnlySpan<RelayTraffic> workers)
    {
        using var start = new Barrier(workers.Length);
        double[] rates = new double[workers.Length];
        Thread[] threads = [.. workers.ToArray().Select((traffic, number) => new Thread(() => rates[number] = Measure(traffic, start)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return rates.Sum();
    }

    private static double Measure(RelayTraffic traffic, Barrier start)
    {
        start.SignalAndWait();
        long began = Stopwatch.GetTimestamp(), verdicts = 0;
        while (Stopwatch.GetElapsedTime(began) < RoundTime) verdicts += traffic.Run(Chunk);
        return verdicts / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
