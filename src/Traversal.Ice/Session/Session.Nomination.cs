using Traversal.Primitives;

namespace Traversal.Ice;

/// <content>Which pair is used in the end (RFC 8445 section 8.1).</content>
internal sealed partial class Session
{
    private MonotonicTime _firstValidAt = MonotonicTime.Never;

    // The last number of a nomination that was made or seen.
    private uint _nomination;

    /// <summary>Whether the last nomination has been made, after which nothing new is checked unless the peer nominates it.</summary>
    private bool IsConcluded(MonotonicTime now) => Selected is { IsNominated: true } && (!Renominates || now >= UpgradesEndAt);

    /// <summary>Until when better pairs are looked for: as long as what was signalled last takes to be checked.</summary>
    private MonotonicTime UpgradesEndAt => _lastNews + agent.Options.Patience;

    /// <summary>
    /// Asks for a pair to be used. Who takes a later nomination in the place of an earlier one is asked at once, and again for a better pair; others are
    /// asked once, for the best pair when nothing better can come, or when it was waited for long enough.
    /// </summary>
    private void ConsiderNomination(MonotonicTime now)
    {
        if (agent.Role != IceRole.Controlling || !MayCheck) return;

        CandidatePair? best = null, asked = null;
        foreach (CandidatePair pair in _pairs)
        {
            if (pair.IsNominating || pair.IsNominated) asked = asked is null || pair.Nomination > asked.Nomination ? pair : asked;
            if (pair.IsValid && !pair.IsDead && (best is null || IsBetter(pair, best))) best = pair;
        }

        if (best is null || best == asked) return;
        if (asked is not null && (!Renominates || !IsBetter(best, asked))) return;
        if (Renominates || now >= _firstValidAt + agent.Options.NominationWait || !MayBecomeBetter(best)) Nominate(best, now);
    }

    private void Nominate(CandidatePair pair, MonotonicTime now)
    {
        foreach (CandidatePair other in _pairs)
        {
            if (other.IsNominating) other.StopChecking();
        }

        pair.IsNominating = true;
        pair.Nomination = ++_nomination;
        pair.Sends = 0;
        pair.Timeline.Add(IcePairStep.Nominating, now);
        Trigger(pair);
    }

    /// <summary>The peer asks for a pair to be used (RFC 8445 section 7.3.1.5).</summary>
    private void OnNominationReceived(CandidatePair pair, uint number, MonotonicTime now)
    {
        if (number < _nomination) return;

        _nomination = number;
        pair.Nomination = number;
        pair.Timeline.Add(IcePairStep.NominationReceived, now);
        if (!pair.IsValid)
            pair.NominateOnSuccess = true;
        else if (!pair.IsNominated)
            BecomeNominated(pair, now);
        Reselect(now);
    }

    private void BecomeNominated(CandidatePair pair, MonotonicTime now)
    {
        pair.IsNominated = true;
        pair.NominateOnSuccess = false;
        pair.Timeline.Add(IcePairStep.Nominated, now);
        Reselect(now);
        Conclude(now);
    }

    // RFC 8445 section 8.1.2: what is not needed is checked no longer, whatever way an answer may still come. As long as another nomination may follow, what
    // works is kept, and all that may if nobody has signalled the candidate that is used: it may turn out to be a relayed one.
    private void Conclude(MonotonicTime now)
    {
        if (Selected is not { IsNominated: true } selected) return;

        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            CandidatePair pair = _pairs[i];
            if (pair == selected || pair.NominateOnSuccess) continue;
            if (!IsConcluded(now) && (pair.IsValid || !selected.Remote.IsSignalled || IsBetter(pair, selected))) continue;
            Remove(pair);
        }
    }

    /// <summary>Takes the best way for data: the last nomination, before one the best pair that works (RFC 8445 section 12.1).</summary>
    private void Reselect(MonotonicTime now)
    {
        CandidatePair? best = null;
        foreach (CandidatePair pair in _pairs)
        {
            if (pair.IsValid && !pair.IsDead && (best is null || IsPreferred(pair, best))) best = pair;
        }

        if (best == Selected) return;

        Selected = best;
        if (best is not null)
        {
            best.Timeline.Add(IcePairStep.Selected, now);
            ScheduleConsent(best, now);
        }
    }

    private bool IsPreferred(CandidatePair one, CandidatePair other)
    {
        if (one.IsNominated != other.IsNominated) return one.IsNominated;
        return one.IsNominated && one.Nomination != other.Nomination && Renominates ? one.Nomination > other.Nomination : IsBetter(one, other);
    }

    private bool IsBetter(CandidatePair one, CandidatePair other) => one.ValidPriorityFor(agent.Role) > other.ValidPriorityFor(agent.Role);

    private bool MayBecomeBetter(CandidatePair best) => _pairs.Exists(pair => pair.IsActive && pair.PriorityFor(agent.Role) > best.ValidPriorityFor(agent.Role));

    /// <summary>A conflict was settled; what was asked for in the old role is void.</summary>
    private void TakeRole(IceRole role, MonotonicTime now)
    {
        agent.SwitchRole(role);
        _nomination = 0;
        foreach (CandidatePair pair in _pairs)
        {
            if (pair.IsNominating) pair.StopChecking();
            pair.NominateOnSuccess = false;
            pair.Nomination = 0;
        }

        ConsiderNomination(now);
    }
}
