using System.Globalization;
using System.Text;

namespace Traversal.Load.Measurement;

/// <summary>A run as a table for people.</summary>
internal static class ReportTable
{
    public static string Format(LoadReport report)
    {
        var table = new StringBuilder();
        string load = report.Rate is { } rate ? Invariant($"{rate:F0} packets/s each way") : Invariant($"window {report.Window}");
        table.AppendLine(Invariant($"{report.Server} over {report.Transport}, {report.Path}, {report.Directions}, {string.Join('+', report.Sizes)} bytes, burst {report.Burst}, {load}"));
        AddSetup(table, report.Setup);
        if (report.Relay is { } relay) AddRelay(table, relay);
        return table.ToString();
    }

    private static void AddSetup(StringBuilder table, SetupReport setup)
    {
        Add(table, "allocations", Invariant($"{setup.Allocations} ({setup.Measured} measured), {setup.AllocationsPerSecond:F0} a second, {setup.Retransmissions} retransmissions"));
        AddLatency(table, "set-up", setup.Duration);
        if (setup.ServerResidentKilobytes == 0) return;

        Add(table, "server", Invariant($"{setup.ServerCpuMicrosecondsPerAllocation:F1} us CPU and {setup.ServerKilobytesPerAllocation:F2} KB an allocation, {setup.ServerResidentKilobytes / 1024.0:F1} MB resident"));
    }

    private static void AddRelay(StringBuilder table, RelayReport relay)
    {
        Add(table, "delivered", Invariant($"{relay.PacketsPerSecond:F0} packets/s, {relay.MegabitsPerSecond:F0} Mbit/s, loss {relay.LossPercent:F3} % of {relay.Sent}"));
        Add(table, "disorder", Invariant($"{relay.OutOfOrder} out of order, {relay.Duplicates} duplicates, {relay.Bad} bad, {relay.Unsent} unsent, {relay.Errors} socket errors"));
        AddLatency(table, "latency", relay.Latency);
        if (relay is { LatencyUp: not null, LatencyDown: not null })
        {
            AddLatency(table, "  up", relay.LatencyUp);
            AddLatency(table, "  down", relay.LatencyDown);
        }

        if (relay.ServerResidentKilobytes > 0)
        {
            Add(table, "server", Invariant($"{relay.ServerCpuNanosecondsPerPacket:F0} ns CPU a packet, {relay.ServerCpuPercent:F0} % of a processor, {relay.ServerResidentKilobytes / 1024.0:F1} MB resident"));
        }

        Add(table, "generator", Invariant($"{relay.GeneratorCpuPercent:F0} % of a processor"));
        AddLatency(table, "  lateness", relay.GeneratorLateness);
    }

    private static void AddLatency(StringBuilder table, string name, LatencyReport? latency)
    {
        if (latency is null) return;

        Add(table, name, Invariant($"p50 {latency.P50:F1}  p90 {latency.P90:F1}  p99 {latency.P99:F1}  p99.9 {latency.P999:F1}  max {latency.Max:F1} us"));
    }

    private static void Add(StringBuilder table, string name, string value) => table.AppendLine(Invariant($"  {name,-12} {value}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
