using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>Cuts the time into rounds.</summary>
internal sealed class RoundWatch
{
    private long _endsAt, _acknowledged, _lost;
    private MonotonicTime _beganAt;
    private TimeSpan _shortest = TimeSpan.MaxValue;

    /// <summary>An acknowledgement has come.</summary>
    /// <returns>Whether a round is over.</returns>
    public bool IsOver(in RateSample sample, out Round round)
    {
        _acknowledged += sample.Acknowledged;
        _lost += sample.Lost;
        if (sample.RoundTrip >= TimeSpan.Zero && sample.RoundTrip < _shortest) _shortest = sample.RoundTrip;
        bool isOver = sample.DeliveredBefore >= _endsAt;
        round = isOver ? new Round(sample.At, (sample.At - _beganAt).TotalSeconds, _shortest, _acknowledged, _lost, sample.IsIdle) : default;
        if (!isOver) return false;

        (_endsAt, _beganAt, _shortest) = (sample.Delivered, sample.At, TimeSpan.MaxValue);
        (_acknowledged, _lost) = (0, 0);
        return true;
    }

    /// <summary>Forgets what the round has shown so far.</summary>
    public void Reset() => (_acknowledged, _lost, _shortest) = (0, 0, TimeSpan.MaxValue);
}
