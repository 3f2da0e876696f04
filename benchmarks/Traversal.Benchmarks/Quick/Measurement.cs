using System.Diagnostics;

namespace Traversal.Benchmarks.Quick;

/// <summary>One operation: its time in nanoseconds, best of several rounds, and the bytes that it allocates.</summary>
internal sealed class Measurement(string name, double limit, Action<int> repeat)
{
    private const int AllocationRuns = 1000;
    private const double RoundMilliseconds = 1;

    private int _count = 1000;

    /// <summary>What is measured.</summary>
    public string Name => name;

    /// <summary>The most that it may take where the scale is 1, in nanoseconds; infinite for what has no limit.</summary>
    public double Limit => limit;

    /// <summary>What makes ready for a round, outside of the time that is taken.</summary>
    public Action Prepare { get; init; } = static () => { };

    /// <summary>The best round so far.</summary>
    public double Nanoseconds { get; private set; } = double.PositiveInfinity;

    /// <summary>The bytes allocated by one operation.</summary>
    public double Allocated { get; private set; }

    /// <summary>Lets the JIT finish, and chooses how often to repeat in a round.</summary>
    public void WarmUp()
    {
        for (int i = 0; i < 40; i++)
        {
            Prepare();
            repeat(2000);
            Thread.Sleep(5); // Tier 1 is compiled on another thread.
        }

        Prepare();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        repeat(AllocationRuns);
        Allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)AllocationRuns;
        _count = Math.Max(1, (int)(RoundMilliseconds * 1e6 / Time(20_000)));
    }

    /// <summary>Runs one round and keeps the better of it and the best.</summary>
    public void Round() => Nanoseconds = Math.Min(Nanoseconds, Time(_count));

    private double Time(int count)
    {
        Prepare();
        long start = Stopwatch.GetTimestamp();
        repeat(count);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }
}
