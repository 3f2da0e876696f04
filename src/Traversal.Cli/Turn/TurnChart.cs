using System.Globalization;
using Spectre.Console;

namespace Traversal.Cli.Turn;

/// <summary>The measurements for somebody at a terminal: a table, and the round trips in the order of their sending.</summary>
internal static class TurnChart
{
    public static void Write(TurnReport report)
    {
        if (report.RoundTrips is not { Received: > 0 } trips) return;

        var table = new Table().RoundedBorder().AddColumn("").AddColumn(new TableColumn("ms").RightAligned());
        table.AddRow("least", Ms(trips.Least)).AddRow("median", Ms(trips.Median)).AddRow("95 %", Ms(trips.Quantile(0.95))).AddRow("most", Ms(trips.Most));
        table.AddRow("lost", trips.Loss.ToString("P1", CultureInfo.InvariantCulture));
        if (report.Throughput is { } load)
        {
            table.AddRow("packets/s", load.PacketsPerSecond.ToString("0", CultureInfo.InvariantCulture));
            table.AddRow("Mbit/s", load.MegabitsPerSecond.ToString("0.0", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
        var plot = new RoundTripPlot(trips, Math.Clamp(AnsiConsole.Profile.Width - 16, 10, 100));
        foreach (string line in plot.Lines) AnsiConsole.MarkupLine(line);
    }

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
