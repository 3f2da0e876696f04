namespace Traversal.Peer.Reliable.Recovery;

/// <summary>
/// The most that may be on the way after a queue has overflowed. Packets that are lost by chance do not lower it: of a path without a queue that loses less than
/// a tenth, nothing is known but that it loses packets.
/// </summary>
internal sealed class LossBound
{
    /// <summary>Of a round that loses more than this, the path holds less than was sent.</summary>
    private const double FullLoss = 0.1;

    private const int FullLossPackets = 4;

    /// <summary>Where a queue stands and more than this is lost, the queue is full.</summary>
    private const double QueueLoss = 0.02;

    /// <summary>Of so many packets it has to be lost, however many rounds they take: one of a few says little.</summary>
    private const int QueueLossPackets = 64;

    /// <summary>What is kept of the window where the queue is full.</summary>
    private const double Kept = 0.85;

    /// <summary>How much it grows in a round where there is no queue, and at most where there is one.</summary>
    private const double Growth = 1.0 / 8;

    /// <summary>How long it takes to grow to twice as much where a queue stands, times the share of the round trip that a queue is to have.</summary>
    private const double GrowthSeconds = 0.4;

    /// <summary>Where it is as many times what the path holds, it bounds nothing any more.</summary>
    private const double Enough = 3;

    private long _queuedSent, _queuedLost;

    /// <summary>The bound.</summary>
    public long Value { get; private set; } = long.MaxValue;

    /// <summary>Whether a round has lost so much that the path is full.</summary>
    public static bool IsFull(in Round round, int packetLength) => round.LostShare > FullLoss && round.Lost > FullLossPackets * packetLength;

    /// <summary>A round is over.</summary>
    /// <param name="round">What it has shown.</param>
    /// <param name="window">What may be on the way now.</param>
    /// <param name="held">What the path holds without a queue, as far as that is known.</param>
    /// <param name="least">The bound is not lower.</param>
    /// <param name="packetLength">How long packets are.</param>
    /// <param name="queue">Where a queue stands, how long this side wants it; null where none does.</param>
    public void OnRound(in Round round, long window, double held, long least, int packetLength, double? queue)
    {
        bool isQueueFull = IsQueueFull(in round, packetLength, queue is not null);
        if (IsFull(in round, packetLength)) Value = Math.Max(round.Acknowledged, least);
        else if (isQueueFull) Value = Math.Max((long)(Math.Min(Value, window) * Kept), least);
        else if (Value != long.MaxValue) Grow(in round, held, packetLength, queue);
    }

    /// <summary>Bounds nothing.</summary>
    public void Reset() => (Value, _queuedSent, _queuedLost) = (long.MaxValue, 0, 0);

    private bool IsQueueFull(in Round round, int packetLength, bool isQueued)
    {
        if (!isQueued) (_queuedSent, _queuedLost) = (0, 0);
        else (_queuedSent, _queuedLost) = (_queuedSent + round.Acknowledged + round.Lost, _queuedLost + round.Lost);
        if (_queuedSent < QueueLossPackets * packetLength) return false;

        bool isFull = _queuedLost > QueueLoss * _queuedSent;
        (_queuedSent, _queuedLost) = (0, 0);
        return isFull;
    }

    private void Grow(in Round round, double held, int packetLength, double? queue)
    {
        double growth = queue is { } wanted ? wanted * Math.Min(Growth, round.Seconds / GrowthSeconds) : Growth;
        Value += Math.Max(packetLength / 4, (long)(Value * growth));
        if (Value > held * Enough) Value = long.MaxValue;
    }
}
