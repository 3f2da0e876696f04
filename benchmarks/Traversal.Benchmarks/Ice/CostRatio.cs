using System.Globalization;

namespace Traversal.Benchmarks.Ice;

/// <summary>Medians over rounds: nanoseconds of CPU for a datagram, and the ratio of the two of a round, with its quartiles.</summary>
internal readonly record struct CostRatio(double Ours, double Raw, double Ratio, double Lower, double Upper)
{
    public static CostRatio Of(List<(double Ours, double Raw)> rounds)
    {
        double[] ratios = [.. rounds.Select(round => round.Ours / round.Raw).Order()];
        return new CostRatio(
            Median(rounds.Select(round => round.Ours)), Median(rounds.Select(round => round.Raw)), ratios[ratios.Length / 2], ratios[ratios.Length / 4], ratios[^(ratios.Length / 4 + 1)]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Ours,6:0} ns of CPU, {Raw,6:0} ns raw: {Ratio:0.000} ({Lower:0.000} to {Upper:0.000})");

    private static double Median(IEnumerable<double> costs)
    {
        double[] sorted = [.. costs.Order()];
        return sorted[sorted.Length / 2];
    }
}
