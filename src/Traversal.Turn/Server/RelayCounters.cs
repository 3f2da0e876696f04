using System.Runtime.CompilerServices;

namespace Traversal.Turn.Server;

/// <summary>
/// The counters of one state machine: one thread writes, any may read. They only grow. The memory is padded, so that the counters of two machines
/// never share a cache line.
/// </summary>
public sealed class RelayCounters
{
    // Two cache lines: the prefetcher takes them in pairs.
    private const int Padding = 128 / sizeof(long);

    private Values _values;

    internal RelayCounters()
    {
    }

    /// <summary>The last counter: they are numbered from 0 up to it.</summary>
    public const RelayCounter Last = RelayCounter.DroppedHopLimit;

    /// <summary>The value of a counter.</summary>
    public long this[RelayCounter counter] => Volatile.Read(ref _values[Padding + (int)counter]);

    /// <summary>The sum of all that count dropped packets.</summary>
    public long Dropped
    {
        get
        {
            long sum = 0;
            for (RelayCounter counter = RelayCounter.DroppedMalformed; counter <= Last; counter++) sum += this[counter];
            return sum;
        }
    }

    internal void Add(RelayCounter counter) => _values[Padding + (int)counter]++;

    internal void Add(RelayCounter counter, long count) => _values[Padding + (int)counter] += count;

    // In the object itself, so that a counter is at a place that the compiler knows.
    [InlineArray(Padding + (int)Last + 1 + Padding)]
    private struct Values
    {
        private long _first;
    }
}
