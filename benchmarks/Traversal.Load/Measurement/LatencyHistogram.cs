using System.Numerics;

namespace Traversal.Load.Measurement;

/// <summary>
/// Counts of durations in buckets whose width grows with the value, so that every percentile is known exactly below 1024 ns and to 0.2 %
/// above, at a constant cost per value. Durations are in nanoseconds.
/// </summary>
internal sealed class LatencyHistogram
{
    // Values in [2^n, 2^(n+1)) share 512 buckets; below 1024 each value has its own.
    private const int PrecisionBits = 9;

    /// <summary>Longer durations are counted as this one, about 73 minutes.</summary>
    public const long MaxTrackable = (1L << 42) - 1;

    private readonly long[] _counts = new long[IndexOf(MaxTrackable) + 1];
    private double _sum;

    public long Count { get; private set; }

    /// <summary>The shortest duration recorded; 0 when there is none.</summary>
    public long Min { get; private set; }

    /// <summary>The longest duration recorded, exactly; 0 when there is none.</summary>
    public long Max { get; private set; }

    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Counts one duration; a negative one, which only a disturbed clock makes, counts as 0.</summary>
    public void Record(long nanoseconds)
    {
        long value = Math.Clamp(nanoseconds, 0, MaxTrackable);
        _counts[IndexOf(value)]++;
        _sum += value;
        if (Count == 0 || value < Min) Min = value;
        if (value > Max) Max = value;
        Count++;
    }

    /// <summary>The smallest duration that at least <paramref name="percent"/> of the values do not exceed, rounded up by at most 0.2 %.</summary>
    public long Percentile(double percent)
    {
        if (Count == 0) return 0;

        long rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= rank) return Math.Min(HighestIn(index), Max);
        }

        return Max;
    }

    /// <summary>Adds what another histogram counted.</summary>
    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0) return;

        for (int index = 0; index < _counts.Length; index++) _counts[index] += other._counts[index];
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Count += other.Count;
        _sum += other._sum;
    }

    public void Reset()
    {
        Array.Clear(_counts);
        Count = Min = Max = 0;
        _sum = 0;
    }

    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - PrecisionBits);
        return (shift << PrecisionBits) + (int)(value >> shift);
    }

    private static long HighestIn(int index)
    {
        int shift = Math.Max(0, (index >> PrecisionBits) - 1);
        long lowest = (long)(index - (shift << PrecisionBits)) << shift;
        return lowest + (1L << shift) - 1;
    }
}
