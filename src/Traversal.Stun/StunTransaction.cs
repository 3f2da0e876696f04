using Traversal.Primitives;

namespace Traversal.Stun;

/// <summary>
/// The client's half of a transaction over time: a value that says when to send and when to give up (RFC 8489 section 6.2). Matching the
/// answer by its id, and verifying it, is the caller's; who got one forgets the transaction.
/// </summary>
public struct StunTransaction
{
    private readonly RetransmissionSchedule _schedule;
    private bool _timedOut;

    /// <summary>A transaction that wants to send at <paramref name="now"/>.</summary>
    public StunTransaction(in TransactionId id, in RetransmissionSchedule schedule, MonotonicTime now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(schedule.Transmissions, nameof(schedule));
        Id = id;
        _schedule = schedule;
        NextDeadline = now;
    }

    /// <summary>The id of the request.</summary>
    public TransactionId Id { get; }

    /// <summary>How often the request was sent.</summary>
    public int Transmissions { get; private set; }

    /// <summary>When the request was sent last.</summary>
    public MonotonicTime LastSent { get; private set; }

    /// <summary>When to call <see cref="OnTime"/>; <see cref="MonotonicTime.Never"/> once it has timed out.</summary>
    public MonotonicTime NextDeadline { get; private set; }

    /// <summary>Says what is due. A caller that is late is not made to send twice: what it missed moves.</summary>
    public StunTransactionStep OnTime(MonotonicTime now)
    {
        if (_timedOut) return StunTransactionStep.TimedOut;
        if (now < NextDeadline) return StunTransactionStep.Wait;

        if (Transmissions == _schedule.Transmissions)
        {
            _timedOut = true;
            NextDeadline = MonotonicTime.Never;
            return StunTransactionStep.TimedOut;
        }

        bool last = ++Transmissions == _schedule.Transmissions;
        LastSent = now;
        NextDeadline = now + (last ? _schedule.LastWait : _schedule.InitialTimeout * (1 << (Transmissions - 1)));
        return StunTransactionStep.Send;
    }

    /// <summary>
    /// The round trip that an answer at <paramref name="now"/> measures; null when the request was sent more than once, as nobody knows
    /// which transmission is answered (Karn; RFC 7982 tells).
    /// </summary>
    public readonly TimeSpan? RoundTrip(MonotonicTime now) => Transmissions == 1 ? now - LastSent : null;
}
