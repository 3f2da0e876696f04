using System.Globalization;
using System.Text;
using Traversal.Load.Measurement;

namespace Traversal.Load.Compare;

/// <summary>A comparison as a table: a line for each profile and server.</summary>
internal static class ComparisonTable
{
    private const int NameWidth = 22;

    public static string Format(ComparisonReport report)
    {
        var table = new StringBuilder();
        table.AppendLine(Invariant($"{"",-NameWidth} {"",-12} {"CPU ns/packet",16} {"/ " + report.Reference,16} {"k packets/s",11} {"p50 us",8} {"p99 us",8} {"p99 /",6} {"loss %",7} {"bad",4}"));
        table.AppendLine(Invariant($"{"profile",-NameWidth} {"server",-12} {"best",8}{"median",8} {"best",8}{"paired",8} {"best",11} {"best",8} {"best",8} {"",6} {"worst",7} {"all",4}"));
        foreach (ProfileReport profile in report.Profiles) AddProfile(table, profile, report.Reference);
        AddSetup(table, report);
        return table.ToString();
    }

    private static void AddProfile(StringBuilder table, ProfileReport profile, string reference)
    {
        ServerRuns against = profile.Servers.Single(server => string.Equals(server.Server, reference, StringComparison.Ordinal));
        foreach (ServerRuns server in profile.Servers)
        {
            double best = server.Best(Cost);
            double p99 = server.Best(P99);
            table.AppendLine(Invariant($"{profile.Profile,-NameWidth} {server.Server,-12} {best,8:F0}{server.Median(Cost),8:F0} {best / against.Best(Cost),8:F2}{server.MedianRatio(against, Cost),8:F2} {server.Best(Rate, isHighest: true) / 1e3,11:F1} {server.Best(P50),8:F0} {p99,8:F0} {p99 / against.Best(P99),6:F2} {server.Best(Loss, isHighest: true),7:F3} {server.Runs.Sum(run => run?.Relay?.Bad ?? 0),4}"));
        }
    }

    private static void AddSetup(StringBuilder table, ComparisonReport report)
    {
        foreach (IGrouping<string, ServerRuns> server in report.Profiles.SelectMany(profile => profile.Servers).GroupBy(server => server.Server, StringComparer.Ordinal))
        {
            var all = new ServerRuns(server.Key, [.. server.SelectMany(runs => runs.Runs)]);
            table.AppendLine(Invariant($"{server.Key}: set-up {all.Best(run => run.Setup.ServerCpuMicrosecondsPerAllocation):F1} us CPU an allocation, {all.Best(run => run.Setup.AllocationsPerSecond, isHighest: true):F0} a second (best of all runs)"));
        }
    }

    private static double Cost(LoadReport run) => run.Relay!.ServerCpuNanosecondsPerPacket;

    private static double Rate(LoadReport run) => run.Relay!.PacketsPerSecond;

    private static double Loss(LoadReport run) => run.Relay!.LossPercent;

    private static double P50(LoadReport run) => run.Relay!.Latency?.P50 ?? double.NaN;

    private static double P99(LoadReport run) => run.Relay!.Latency?.P99 ?? double.NaN;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
