using Traversal.Primitives;

namespace Traversal.Ice;

/// <content>When there is no path, and when it is time to say so (RFC 8445 section 8.1.2, RFC 8863).</content>
internal sealed partial class Session
{
    /// <summary>When the next thing is due.</summary>
    /// <param name="now">The present.</param>
    /// <param name="token">When there is a token for a check.</param>
    public MonotonicTime NextDeadline(MonotonicTime now, MonotonicTime token)
    {
        if (_replies.Count > 0) return now;

        MonotonicTime next = MayCheck ? NextCheckAt(token) : MonotonicTime.Never;
        if (Selected is { } selected)
        {
            next = MonotonicTime.Min(next, selected.NextConsent);
            if (!BothAreLite)
            {
                MonotonicTime silence = selected.HeardAt + IceLimits.Silence;
                next = MonotonicTime.Min(next, silence > now ? silence : selected.HeardAt + IceLimits.ConsentLifetime);
            }
        }
        else if (MayFail)
        {
            next = MonotonicTime.Min(next, PatienceEndsAt > now ? PatienceEndsAt : LastWordAt);
        }

        if (Renominates && UpgradesEndAt > now && _pairs.Count > 1) next = MonotonicTime.Min(next, UpgradesEndAt);

        bool waitsToNominate = agent.Role == IceRole.Controlling && !Renominates && _firstValidAt != MonotonicTime.Never && Selected is { IsNominated: false };
        MonotonicTime nomination = _firstValidAt + agent.Options.NominationWait;
        return waitsToNominate && nomination > now ? MonotonicTime.Min(next, nomination) : next;
    }

    // As long as candidates may come, each that does is a new beginning (RFC 8838 section 8).
    private MonotonicTime PatienceEndsAt => (agent.HasAllLocals && HasAllRemotes ? _startedAt : _lastNews) + agent.Options.Patience;

    // Two NATs that map each check to another port can show each other new candidates for ever: then it is over all the same.
    private MonotonicTime LastWordAt => PatienceEndsAt + CheckSchedule.Duration;

    private void Fail(CandidatePair pair, IcePairStep why, MonotonicTime now)
    {
        bool wasNominated = pair.IsNominating || pair.IsNominated;
        pair.StopChecking();
        pair.State = IcePairState.Failed;
        pair.IsNominated = false;
        pair.NominateOnSuccess = false;
        pair.Timeline.Add(why, now);
        if (pair.IsDead || why == IcePairStep.LocalCandidateGone) _outstanding.RemoveOf(pair);
        if (Selected != pair) return;

        Reselect(now);
        if (wasNominated && why != IcePairStep.LocalCandidateGone && Selected is null && !_pairs.Exists(other => other.IsActive)) Failure = IceFailure.Explain(this, agent);
    }

    private void WatchFailure(MonotonicTime now)
    {
        if (!MayFail || Selected is not null || now < PatienceEndsAt) return;
        if (now < LastWordAt && (agent.Options.IsLite || _pairs.Exists(pair => pair.IsActive || pair.IsTriggered))) return;

        Failure = IceFailure.Explain(this, agent);
    }
}
