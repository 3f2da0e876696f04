using Traversal.Peer.Buffers;

namespace Traversal.Peer.Multiplexing;

/// <summary>Datagrams that wait, a bounded number of them and of their bytes. Those at both ends may be there in part.</summary>
internal sealed class DatagramQueue
{
    private readonly BlockBuffer _bytes = new();
    private readonly int[] _lengths = new int[MultiplexerLimits.MaxDatagrams];
    private int _first;

    // The bytes of whole datagrams are those from _start to _end; behind them stands the one that still comes.
    private long _start, _end;
    private int _coming;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>What is left of the first.</summary>
    public int FirstLength => _lengths[_first];

    /// <summary>Adds bytes to the one that comes.</summary>
    /// <returns>False where there is no room.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (Count == _lengths.Length || _end - _start + _coming + bytes.Length > MultiplexerLimits.MaxDatagramBytes) return false;

        _bytes.Write(_end + _coming, bytes);
        _coming += bytes.Length;
        return true;
    }

    /// <summary>What has come is a datagram.</summary>
    public void Complete()
    {
        _lengths[(_first + Count++) % _lengths.Length] = _coming;
        _end += _coming;
        _coming = 0;
    }

    /// <summary>What has come is dropped.</summary>
    public void Abandon()
    {
        _coming = 0;
        ReleaseRead();
    }

    /// <summary>Takes bytes of the first, and it away when none are left.</summary>
    public void Take(Span<byte> destination)
    {
        _bytes.Read(_start, destination);
        _start += destination.Length;
        _lengths[_first] -= destination.Length;
        if (_lengths[_first] == 0)
        {
            _first = (_first + 1) % _lengths.Length;
            Count--;
        }

        ReleaseRead();
    }

    /// <summary>Drops the first.</summary>
    public void Drop()
    {
        _start += FirstLength;
        _lengths[_first] = 0;
        Take([]);
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        (_start, _coming, Count) = (_end, 0, 0);
        _bytes.ReleaseAll(_end);
    }

    private void ReleaseRead()
    {
        if (_start == _end && _coming == 0) _bytes.ReleaseAll(_end);
        else _bytes.ReleaseBelow(_start);
    }
}
