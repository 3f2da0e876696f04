namespace Traversal.Ice;

/// <summary>
/// When the checks of a pair go, each a transaction of its own, so that every answer measures a round trip: close together at first, as a first flight is
/// often lost to a NAT that the other side has not opened yet, then ever further apart. Doubling from 500 ms on, as a retransmitted request does.
/// </summary>
internal static class CheckSchedule
{
    // In milliseconds. Checks go at 0, 0.05, 0.15, 0.35, 0.85, 1.85, 3.85, 7.85 and 15.85 s; after 31.85 s the pair has failed.
    private static ReadOnlySpan<ushort> Gaps => [50, 100, 200, 500, 1000, 2000, 4000, 8000, 16000];

    /// <summary>How many checks there are.</summary>
    public static int Count => Gaps.Length;

    /// <summary>How long it takes until nothing more is waited for.</summary>
    public static TimeSpan Duration => TimeSpan.FromMilliseconds(31_850);

    /// <summary>How long to wait after so many checks.</summary>
    public static TimeSpan GapAfter(int sends) => TimeSpan.FromMilliseconds(Gaps[sends - 1]);
}
