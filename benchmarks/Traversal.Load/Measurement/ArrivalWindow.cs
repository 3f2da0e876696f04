namespace Traversal.Load.Measurement;

/// <summary>
/// Judges the sequence numbers of one flow, which start at 1, against the highest one seen and the 64 behind it. A packet that comes
/// even later counts as out of order: whether it is a copy is forgotten by then.
/// </summary>
internal struct ArrivalWindow
{
    private const int Width = 64;

    private ulong _seen;
    private uint _highest;

    public Arrival Note(uint sequence)
    {
        int ahead = (int)(sequence - _highest);
        if (ahead > 0)
        {
            _seen = ahead >= Width ? 1 : _seen << ahead | 1;
            _highest = sequence;
            return Arrival.InOrder;
        }

        if (ahead <= -Width) return Arrival.OutOfOrder;

        ulong bit = 1UL << -ahead;
        if ((_seen & bit) != 0) return Arrival.Duplicate;

        _seen |= bit;
        return Arrival.OutOfOrder;
    }
}
