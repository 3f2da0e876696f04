using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <content>Which check goes next, and what it looks like (RFC 8445 sections 6.1.4.2 and 7.2).</content>
internal sealed partial class Session
{
    /// <summary>The next pair to check: one that the peer's check or a nomination has put in front, the best that waits, or one that is due again.</summary>
    public CandidatePair? NextCheck(MonotonicTime now)
    {
        if (!MayCheck) return null;

        while (_triggered.TryPeek(out CandidatePair? triggered))
        {
            if (triggered.IsTriggered) return triggered;
            _triggered.Dequeue();
        }

        CandidatePair? waiting = null, due = null, frozen = null;
        foreach (CandidatePair pair in _pairs)
        {
            if (pair.State == IcePairState.Waiting)
                waiting = Better(waiting, pair);
            else if (pair.State == IcePairState.Frozen)
                frozen = IsHeldUntil(pair) <= now ? Better(frozen, pair) : frozen;
            else if (pair.NextSend <= now && pair.Sends < CheckSchedule.Count && (due is null || pair.NextSend < due.NextSend))
                due = pair;
        }

        return waiting ?? due ?? frozen;
    }

    /// <summary>Writes the check that <see cref="NextCheck"/> named.</summary>
    public int WriteCheck(CandidatePair pair, Span<byte> destination, MonotonicTime now)
    {
        bool beginsAnew = pair.Sends == 0 || pair.State is IcePairState.Frozen;
        if (beginsAnew)
        {
            pair.BegunAt = now;
            pair.Sends = 0;
        }

        if (beginsAnew || !pair.IsTriggered)
        {
            pair.Sends++;
            pair.NextSend = now + CheckSchedule.GapAfter(pair.Sends);
        }

        if (pair.IsTriggered) _triggered.Dequeue();
        pair.IsTriggered = false;
        if (pair.State != IcePairState.Succeeded) pair.State = IcePairState.InProgress;
        return WriteCheck(pair, pair.IsNominating ? CheckPurpose.Nomination : CheckPurpose.Connectivity, destination, now);
    }

    private int WriteCheck(CandidatePair pair, CheckPurpose purpose, Span<byte> destination, MonotonicTime now)
    {
        TransactionId id = TransactionId.Create(agent.Random);
        var writer = new StunMessageWriter(destination, StunClass.Request, StunMethod.Binding, in id);
        writer.Add(StunAttributeType.Username, _username);
        writer.AddUInt32(StunAttributeType.Priority, CandidatePriority.AsPeerReflexive(pair.Local.Priority));
        writer.AddUInt64(agent.Role == IceRole.Controlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled, agent.TieBreaker);
        if (purpose == CheckPurpose.Nomination)
        {
            writer.AddEmpty(StunAttributeType.UseCandidate);
            if (Renominates) writer.AddNomination(pair.Nomination);
        }

        _outstanding.Add(new OutstandingCheck(id, pair, now, agent.Role, purpose, pair.Nomination));
        pair.SentAt = now;
        pair.Statistics.ChecksSent++;
        if (purpose == CheckPurpose.Consent) pair.Statistics.ConsentChecksSent++;
        pair.Timeline.Add(IcePairStep.CheckSent, now);
        agent.Counters.Add(IceCounter.ChecksSent);
        return writer.Finish(Peer!.Key, StunIntegrity.Sha1, fingerprint: true);
    }

    /// <summary>Puts a pair in front of all others (RFC 8445 section 6.1.4.1).</summary>
    private void Trigger(CandidatePair pair)
    {
        if (pair.IsTriggered || pair.IsDead) return;

        pair.IsTriggered = true;
        _triggered.Enqueue(pair);
    }

    private CandidatePair Better(CandidatePair? one, CandidatePair other) =>
        one is null || other.PriorityFor(agent.Role) > one.PriorityFor(agent.Role) ? other : one;

    // Until another pair of the foundation has had time for an answer: what is wrong with one is likely to be wrong with both.
    private MonotonicTime IsHeldUntil(CandidatePair pair)
    {
        MonotonicTime until = MonotonicTime.Zero;
        foreach (CandidatePair other in _pairs)
        {
            if (other == pair || !other.HasFoundationOf(pair)) continue;
            if (other.State == IcePairState.Waiting) return MonotonicTime.Never;
            if (other.State != IcePairState.InProgress) continue;

            MonotonicTime end = other.BegunAt + IceLimits.FoundationHold;
            if (end > until) until = end;
        }

        return until;
    }

    /// <summary>When there is a check to send; its token may come later.</summary>
    private MonotonicTime NextCheckAt(MonotonicTime token)
    {
        MonotonicTime next = MonotonicTime.Never;
        foreach (CandidatePair pair in _pairs)
        {
            MonotonicTime at =
                pair.IsTriggered || pair.State == IcePairState.Waiting ? token :
                pair.State == IcePairState.Frozen ? Later(IsHeldUntil(pair), token) :
                pair.Sends >= CheckSchedule.Count ? pair.NextSend :
                Later(pair.NextSend, token);
            next = MonotonicTime.Min(next, at);
        }

        return next;
    }

    private static MonotonicTime Later(MonotonicTime one, MonotonicTime other) => one > other ? one : other;
}
