namespace Traversal.Peer.Reliable.Recovery;

/// <summary>The greatest of the values of the last rounds.</summary>
internal sealed class RoundMaximum
{
    /// <summary>How many rounds count: one cycle of probing and two more.</summary>
    private const int Rounds = 6;

    private readonly double[] _greatest = new double[Rounds];
    private int _current;

    /// <summary>The greatest value; 0 before the first.</summary>
    public double Value { get; private set; }

    /// <summary>Begins a round, and forgets the oldest.</summary>
    public void NextRound()
    {
        _current = (_current + 1) % Rounds;
        _greatest[_current] = 0;
        Value = 0;
        foreach (double value in _greatest) Value = Math.Max(Value, value);
    }

    /// <summary>A value of this round.</summary>
    public void Add(double value)
    {
        _greatest[_current] = Math.Max(_greatest[_current], value);
        Value = Math.Max(Value, value);
    }

    /// <summary>Forgets all.</summary>
    public void Reset()
    {
        Array.Clear(_greatest);
        Value = 0;
    }
}
