namespace Traversal.Cli.Turn;

/// <summary>The round trips of datagrams in the order of their sending; null is one that was lost.</summary>
internal sealed class RoundTrips(IReadOnlyList<TimeSpan?> times)
{
    private readonly TimeSpan[] _sorted = [.. times.OfType<TimeSpan>().Order()];

    public IReadOnlyList<TimeSpan?> Times => times;

    public int Sent => times.Count;

    public int Received => _sorted.Length;

    /// <summary>From 0 to 1.</summary>
    public double Loss => 1 - (double)Received / Sent;

    public TimeSpan Least => Quantile(0);

    public TimeSpan Median => Quantile(0.5);

    public TimeSpan Most => Quantile(1);

    /// <summary>The time that this share of the received ones did not exceed; zero where there are none.</summary>
    public TimeSpan Quantile(double share) =>
        _sorted.Length == 0 ? TimeSpan.Zero : _sorted[Math.Max(0, (int)Math.Ceiling(share * _sorted.Length) - 1)];
}
