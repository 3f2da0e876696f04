using System.Diagnostics;

namespace Traversal.Load.Native;

/// <summary>The monotonic clock in nanoseconds, and sleeps shorter than the framework offers.</summary>
internal static unsafe class PreciseTimer
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The monotonic clock (CLOCK_MONOTONIC) in nanoseconds.</summary>
    public static long Now
    {
        get
        {
            Debug.Assert(Stopwatch.Frequency == NanosecondsPerSecond);
            return Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Asks the kernel to wake this thread when it said, not up to 50 us later to save power.</summary>
    public static void BePunctual() => _ = LibC.ControlProcess(LibC.SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Gives the processor up for about so long.</summary>
    public static void Sleep(long nanoseconds)
    {
        long* duration = stackalloc long[2];
        duration[0] = nanoseconds / NanosecondsPerSecond;
        duration[1] = nanoseconds % NanosecondsPerSecond;
        _ = LibC.Sleep(duration, null);
    }
}
