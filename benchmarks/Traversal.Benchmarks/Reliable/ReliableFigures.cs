using System.Globalization;

namespace Traversal.Benchmarks.Reliable;

/// <summary>The figures of the reliable path: how much of a simulated link it uses, how it shares one, and what a packet costs.</summary>
internal static class ReliableFigures
{
    private static readonly int[] RoundTrips = [10, 50, 200];
    private static readonly double[] Losses = [0, 0.005, 0.01, 0.02, 0.05];
    private static readonly double[] Queues = [0.5, 1, 4];

    public static int Run(TextWriter output)
    {
        PacketCost.Print(output);
        output.WriteLine();
        PrintGoodput(output);
        output.WriteLine();
        PrintShares(output);
        return 0;
    }

    private static void PrintGoodput(TextWriter output)
    {
        output.WriteLine("| round trip | loss | goodput, share of 100 Mbit/s | of the first 10 s | longest queue, round trips |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (int roundTrip in RoundTrips)
        {
            foreach (double loss in Losses)
            {
                LinkRun run = LinkRun.OfOne(TimeSpan.FromMilliseconds(roundTrip), loss);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {roundTrip} ms | {loss * 100:0.0} % | {run.First:P1} | {run.Beginning:P1} | {run.LongestQueue:0.00} |"));
            }
        }
    }

    private static void PrintShares(TextWriter output)
    {
        output.WriteLine("| round trip | queue, round trips | second begins after | first | second | ratio | longest queue, round trips |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (int roundTrip in RoundTrips)
        {
            foreach (double queue in Queues)
            {
                foreach (int stagger in new[] { 0, 2, 5 })
                {
                    LinkRun run = LinkRun.OfTwo(TimeSpan.FromMilliseconds(roundTrip), queue, TimeSpan.FromSeconds(stagger), seed: 1);
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {roundTrip} ms | {queue} | {stagger} s | {run.First:P1} | {run.Second:P1} | {Math.Min(run.First, run.Second) / Math.Max(run.First, run.Second):0.00} | {run.LongestQueue:0.00} |"));
                }
            }
        }
    }
}
