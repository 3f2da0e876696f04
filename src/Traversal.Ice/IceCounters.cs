namespace Traversal.Ice;

/// <summary>The counters of one agent: one thread writes, any may read. They only grow.</summary>
public sealed class IceCounters
{
    private readonly long[] _values = new long[(int)IceCounter.DroppedOverLimit + 1];

    internal IceCounters()
    {
    }

    /// <summary>The value of a counter.</summary>
    public long this[IceCounter counter] => Volatile.Read(ref _values[(int)counter]);

    internal void Add(IceCounter counter) => _values[(int)counter]++;
}
