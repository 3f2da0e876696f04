using System.Globalization;

namespace Traversal.Primitives;

/// <summary>
/// A moment on a clock that never goes back, in nanoseconds from an origin that only its source knows. Drivers read it once per batch and
/// pass it down; a state machine never asks for it.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since the origin.</param>
public readonly record struct MonotonicTime(long Nanoseconds) : IComparable<MonotonicTime>
{
    private const long NanosecondsPerTick = 1_000_000_000 / TimeSpan.TicksPerSecond;

    /// <summary>The origin of the clock.</summary>
    public static MonotonicTime Zero => default;

    /// <summary>A moment that never comes: the deadline of a machine that waits for nothing.</summary>
    public static MonotonicTime Never => new(long.MaxValue);

    /// <summary>This moment and <paramref name="span"/> later, at most <see cref="Never"/>. <see cref="Never"/> stays what it is.</summary>
    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span) =>
        time == Never ? Never : new(Saturate((Int128)time.Nanoseconds + (Int128)span.Ticks * NanosecondsPerTick));

    /// <summary>This moment and <paramref name="span"/> earlier. <see cref="Never"/> stays what it is.</summary>
    public static MonotonicTime operator -(MonotonicTime time, TimeSpan span) =>
        time == Never ? Never : new(Saturate((Int128)time.Nanoseconds - (Int128)span.Ticks * NanosecondsPerTick));

    /// <summary>
    /// The time from <paramref name="earlier"/> to <paramref name="later"/>, in ticks of 100 ns; <see cref="TimeSpan.MaxValue"/> until
    /// <see cref="Never"/>.
    /// </summary>
    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier) =>
        later == Never ? TimeSpan.MaxValue : new(Difference(later.Nanoseconds, earlier.Nanoseconds) / NanosecondsPerTick);

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(MonotonicTime left, MonotonicTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(MonotonicTime left, MonotonicTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>The earlier of the two.</summary>
    public static MonotonicTime Min(MonotonicTime left, MonotonicTime right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(MonotonicTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Seconds since the origin, as in <c>12.345s</c>.</summary>
    public override string ToString() =>
        this == Never ? "never" : (Nanoseconds / 1e9).ToString("0.###", CultureInfo.InvariantCulture) + "s";

    private static long Difference(long later, long earlier)
    {
        long difference = unchecked(later - earlier);
        bool overflows = ((later ^ earlier) & (later ^ difference)) < 0;
        return !overflows ? difference : later < 0 ? long.MinValue : long.MaxValue;
    }

    private static long Saturate(Int128 nanoseconds) => long.CreateSaturating(nanoseconds);
}
