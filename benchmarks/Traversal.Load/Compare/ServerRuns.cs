using Traversal.Load.Measurement;

namespace Traversal.Load.Compare;

/// <summary>The runs of one server under one profile: one for each round, null for a round that failed.</summary>
internal sealed record ServerRuns(string Server, IReadOnlyList<LoadReport?> Runs)
{
    /// <summary>The least disturbed value: what the server takes when nothing else takes it from it.</summary>
    public double Best(Func<LoadReport, double> value, bool isHighest = false)
    {
        IEnumerable<double> values = Runs.OfType<LoadReport>().Select(value).DefaultIfEmpty(double.NaN);
        return isHighest ? values.Max() : values.Min();
    }

    public double Median(Func<LoadReport, double> value) => MedianOf(Runs.OfType<LoadReport>().Select(value));

    /// <summary>The median of the ratios within each round, in which both servers met the same disturbances.</summary>
    public double MedianRatio(ServerRuns reference, Func<LoadReport, double> value) => MedianOf(
        Runs.Zip(reference.Runs).Where(pair => pair is { First: not null, Second: not null }).Select(pair => value(pair.First!) / value(pair.Second!)));

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return double.NaN;

        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
