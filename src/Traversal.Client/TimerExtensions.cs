namespace Traversal.Client;

/// <summary>Setting timers by what machines say of time.</summary>
internal static class TimerExtensions
{
    // A timer counts whole milliseconds, and does not go further than 49 days.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromDays(1);

    /// <summary>Has the timer fire once, after <paramref name="wait"/> or a day, whatever is sooner; never where it is <see cref="TimeSpan.MaxValue"/>.</summary>
    public static void FireIn(this ITimer timer, TimeSpan wait) =>
        timer.Change(wait == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : Clamp(wait), Timeout.InfiniteTimeSpan);

    /// <summary>The nearest that a timer can wait.</summary>
    public static TimeSpan Clamp(TimeSpan wait) => wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
}
