namespace Traversal.Turn.Client;

/// <summary>The counters of one allocation: one thread writes, any may read. They only grow.</summary>
public sealed class TurnClientCounters
{
    private readonly long[] _values = new long[(int)TurnClientCounter.DroppedEvents + 1];

    internal TurnClientCounters()
    {
    }

    /// <summary>The value of a counter.</summary>
    public long this[TurnClientCounter counter] => Volatile.Read(ref _values[(int)counter]);

    internal void Add(TurnClientCounter counter) => _values[(int)counter]++;
}
