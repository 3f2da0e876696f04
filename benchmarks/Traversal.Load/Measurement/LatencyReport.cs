namespace Traversal.Load.Measurement;

/// <summary>Latencies in microseconds.</summary>
internal sealed record LatencyReport(double Min, double Mean, double P50, double P90, double P99, double P999, double Max)
{
    private const double NanosecondsPerMicrosecond = 1e3;

    public static LatencyReport? Of(LatencyHistogram histogram) => histogram.Count == 0 ? null : new(
        histogram.Min / NanosecondsPerMicrosecond,
        Math.Round(histogram.Mean / NanosecondsPerMicrosecond, 3),
        histogram.Percentile(50) / NanosecondsPerMicrosecond,
        histogram.Percentile(90) / NanosecondsPerMicrosecond,
        histogram.Percentile(99) / NanosecondsPerMicrosecond,
        histogram.Percentile(99.9) / NanosecondsPerMicrosecond,
        histogram.Max / NanosecondsPerMicrosecond);
}
