using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>
/// The token bucket that all agents of a process share, so that together they send no more checks than a network bears (RFC 8445 section 14.2).
/// Safe for any number of threads, which must read the same clock.
/// </summary>
public sealed class CheckPacer
{
    /// <summary>How far apart checks are in the mean, at least (RFC 8445 section 14.2).</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>How many may go at once after a while without.</summary>
    public const int DefaultBurst = 20;

    private const long NanosecondsPerTick = 100;

    private readonly long _interval;
    private readonly long _tolerance;

    // When the bucket will be full again, in nanoseconds: the whole state (ITU-T I.371, the virtual scheduling algorithm).
    private long _fullAt = long.MinValue;

    /// <summary>A bucket that is full.</summary>
    /// <param name="interval">How long a check's token takes to come; <see cref="DefaultInterval"/> where it is null.</param>
    /// <param name="burst">How many tokens it holds.</param>
    public CheckPacer(TimeSpan? interval = null, int burst = DefaultBurst)
    {
        TimeSpan step = interval ?? DefaultInterval;
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero, nameof(interval));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        _interval = step.Ticks * NanosecondsPerTick;
        _tolerance = _interval * (burst - 1);
    }

    /// <summary>When there is a token, if nobody else takes it.</summary>
    public MonotonicTime NextAt
    {
        get
        {
            long fullAt = Volatile.Read(ref _fullAt);
            return fullAt == long.MinValue ? MonotonicTime.Zero : new MonotonicTime(fullAt - _tolerance);
        }
    }

    /// <summary>Takes a token if there is one.</summary>
    public bool TryTake(MonotonicTime now)
    {
        while (true)
        {
            long fullAt = Volatile.Read(ref _fullAt);
            long begin = Math.Max(fullAt, now.Nanoseconds);
            if (begin - now.Nanoseconds > _tolerance) return false;
            if (Interlocked.CompareExchange(ref _fullAt, begin + _interval, fullAt) == fullAt) return true;
        }
    }
}
