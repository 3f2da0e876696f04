using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>
/// How long a datagram may be: packets of greater lengths, filled up, are sent until one does not come (RFC 8899). Where long packets cease to come, the path
/// has changed, and the search begins anew.
/// </summary>
internal sealed class PathLength
{
    /// <summary>Ethernet by way of PPPoE and tunnels, Ethernet, jumbo frames, the loopback device; with and without what a relay adds.</summary>
    private static readonly int[] Lengths = [1232, 1280, 1352, 1400, 1452, 1472, 2048, 4096, 8192, 8952, 16 * 1024];

    /// <summary>So many long packets one after the other are not lost by chance.</summary>
    private const int LossesOfBlackHole = 32;

    private readonly int _most;
    private int _tried;
    private int _failures;
    private int _longLosses;
    private int _ceiling;
    private MonotonicTime _searchAt = MonotonicTime.Never;
    private bool _isTrying;

    /// <summary>Nothing is known but that the least passes.</summary>
    public PathLength(int most) => _most = _ceiling = most;

    /// <summary>The longest that is known to pass.</summary>
    public int Current { get; private set; } = ReliableLimits.BaseLength;

    /// <summary>The length to try now; 0 for none.</summary>
    public int Next(MonotonicTime now)
    {
        if (_isTrying) return 0;
        if (now >= _searchAt) (_ceiling, _searchAt) = (_most, MonotonicTime.Never);

        foreach (int length in Lengths)
        {
            if (length > Current && length < _ceiling) return length;
        }

        return _ceiling == _most && _most > Current ? _most : 0;
    }

    /// <summary>A packet of the length to try was sent.</summary>
    public void OnTried(int length) => (_isTrying, _tried) = (true, length);

    /// <summary>A packet has come.</summary>
    public void OnCome(int length, bool isProbe)
    {
        if (length > ReliableLimits.BaseLength) _longLosses = 0;
        if (!isProbe) return;

        if (length == _tried) (_isTrying, _failures) = (false, 0);
        Current = Math.Max(Current, length);
    }

    /// <summary>A packet was lost.</summary>
    public void OnLost(int length, bool isProbe, MonotonicTime now)
    {
        if (isProbe && length == _tried)
        {
            _isTrying = false;
            if (++_failures < ReliableLimits.ProbesPerLength) return;

            (_failures, _ceiling, _searchAt) = (0, length, now + ReliableLimits.LengthSearchInterval);
            return;
        }

        // Short packets come through and long ones do not: RFC 8899 section 4.3.
        if (length <= ReliableLimits.BaseLength || ++_longLosses < LossesOfBlackHole) return;
        Reset();
    }

    /// <summary>Another path.</summary>
    public void Reset()
    {
        (Current, _ceiling, _failures, _longLosses, _isTrying) = (ReliableLimits.BaseLength, _most, 0, 0, false);
        _searchAt = MonotonicTime.Never;
    }
}
