using FsCheck;
using FsCheck.Fluent;
using Traversal.Load.Measurement;

namespace Traversal.Load.Tests;

public sealed class LatencyHistogramTests
{
    private const double Precision = 1.0 / 512;

    [Fact]
    public void An_empty_histogram_answers_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.Count);
        Assert.Equal(0, histogram.Percentile(99));
        Assert.Equal(0, histogram.Max);
    }

    [Fact]
    public void Percentiles_are_those_of_the_sorted_values_within_the_precision() => Prop.ForAll(Durations(), values =>
    {
        var histogram = new LatencyHistogram();
        foreach (long value in values) histogram.Record(value);
        long[] sorted = [.. values.Order()];

        return histogram.Count == sorted.Length
            && histogram.Min == sorted[0]
            && histogram.Max == sorted[^1]
            && new[] { 0.0, 1, 50, 90, 99, 99.9, 100 }.All(percent =>
            {
                long exact = sorted[Math.Max(1, (int)Math.Ceiling(percent / 100 * sorted.Length)) - 1];
                long said = histogram.Percentile(percent);
                return said >= exact && said <= exact * (1 + Precision);
            });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_histograms_is_recording_everything_in_one() => Prop.ForAll(Durations(), Durations(), (first, second) =>
    {
        LatencyHistogram left = Of(first), right = Of(second), all = Of([.. first, .. second]);
        left.Add(right);
        return left.Count == all.Count && left.Min == all.Min && left.Max == all.Max && Math.Abs(left.Mean - all.Mean) <= all.Mean * 1e-9
            && left.Percentile(50) == all.Percentile(50) && left.Percentile(99) == all.Percentile(99);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(long.MaxValue, LatencyHistogram.MaxTrackable)]
    public void A_value_outside_of_the_range_counts_as_the_nearest_one_inside(long recorded, long counted)
    {
        LatencyHistogram histogram = Of([recorded]);
        Assert.Equal(counted, histogram.Max);
        Assert.Equal(counted, histogram.Percentile(50));
    }

    [Fact]
    public void Nothing_is_left_after_a_reset()
    {
        LatencyHistogram histogram = Of([1, 2_000_000]);
        histogram.Reset();
        histogram.Record(7);
        Assert.Equal((1, 7, 7, 7), (histogram.Count, histogram.Min, histogram.Max, histogram.Percentile(100)));
    }

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (long value in values) histogram.Record(value);
        return histogram;
    }

    // Evenly over the orders of magnitude, not over the numbers.
    private static Arbitrary<long[]> Durations() =>
        (from bits in Gen.Choose(0, 41) from low in Gen.Choose(0, int.MaxValue) select (1L << bits) | low & ((1L << bits) - 1))
        .NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();
}
