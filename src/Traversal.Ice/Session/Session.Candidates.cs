using Traversal.Primitives;

namespace Traversal.Ice;

/// <content>Candidates and the pairs that are made of them (RFC 8445 section 6.1.2, RFC 8838 sections 10 and 11).</content>
internal sealed partial class Session
{
    /// <summary>A candidate that the peer has signalled.</summary>
    public IceCandidateVerdict AddRemote(IceCandidate candidate, MonotonicTime now)
    {
        if (Peer is { } peer && IsOfOtherGeneration(candidate, peer.Parameters.Ufrag)) return IceCandidateVerdict.OtherGeneration;
        if (candidate.HostName is not null) return IceCandidateVerdict.Unresolved;
        if (candidate.Transport != IceTransport.Udp || candidate.Component != IceCandidate.MinComponent) return IceCandidateVerdict.Unsupported;
        if (!AddressRules.CanBeReached(candidate.Address)) return IceCandidateVerdict.Unreachable;

        _lastNews = now;
        candidate = candidate with { Address = AddressRules.WithoutScope(candidate.Address) };
        RemoteCandidate? known = FindRemote(candidate.Address);
        if (known is { IsSignalled: true }) return IceCandidateVerdict.Known;

        if (_remotes.Count(remote => remote.IsSignalled) >= IceLimits.MaxSignalledCandidates)
        {
            agent.Counters.Add(IceCounter.DroppedOverLimit);
            return IceCandidateVerdict.TooMany;
        }

        // One that a check had shown has the pair of that check alone.
        RemoteCandidate added = known ?? new RemoteCandidate(candidate, isSignalled: true);
        if (known is null)
            _remotes.Add(added);
        else
            known.BecomeSignalled(candidate);

        if (!IsConcluded(now) && Failure is null)
        {
            foreach (LocalCandidate local in agent.Locals) PairUp(local, added, now);
        }

        SettleLite(now);
        return known is null ? IceCandidateVerdict.Added : IceCandidateVerdict.Known;
    }

    /// <summary>A candidate of this agent is there.</summary>
    public void OnLocalAdded(LocalCandidate local, MonotonicTime now)
    {
        _lastNews = now;
        if (IsConcluded(now) || Failure is not null) return;

        foreach (RemoteCandidate remote in _remotes)
        {
            if (remote.IsSignalled) PairUp(local, remote, now);
        }

        SettleLite(now);
    }

    /// <summary>An address of this machine is gone, and every pair with it.</summary>
    public void OnLocalGone(in TransportAddress baseAddress, MonotonicTime now)
    {
        // Others may come: from here on they are waited for.
        _startedAt = _lastNews = now;
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            CandidatePair pair = _pairs[i];
            if (pair.Local.Base == baseAddress) Fail(pair, IcePairStep.LocalCandidateGone, now);
        }
    }

    public CandidatePair? FindPair(in TransportAddress local, in TransportAddress remote)
    {
        foreach (CandidatePair pair in _pairs)
        {
            if (pair.Destination == remote && pair.Local.Base == local) return pair;
        }

        return null;
    }

    /// <summary>Whether data may come from there (RFC 8445 section 12.2).</summary>
    public bool IsPeer(in TransportAddress source) => FindRemote(AddressRules.WithoutScope(in source)) is not null;

    // Candidates that came before the credentials may be those of the session before (RFC 8838 section 11.3); one that a check has shown is of this one too.
    private void ForgetOtherGenerations(string ufrag)
    {
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            if (IsForgotten(_pairs[i].Remote)) Remove(_pairs[i]);
        }

        _remotes.RemoveAll(IsForgotten);

        bool IsForgotten(RemoteCandidate remote) => !remote.IsShown && IsOfOtherGeneration(remote.Candidate, ufrag);
    }

    private static bool IsOfOtherGeneration(IceCandidate candidate, string ufrag) =>
        candidate.TryGetExtension("ufrag", out ReadOnlySpan<char> of) && !of.SequenceEqual(ufrag);

    private RemoteCandidate? FindRemote(in TransportAddress address)
    {
        foreach (RemoteCandidate remote in _remotes)
        {
            if (remote.Address == address) return remote;
        }

        return null;
    }

    private void PairUp(LocalCandidate local, RemoteCandidate remote, MonotonicTime now)
    {
        if (IsControlledByChecks) return; // A lite agent's pairs are made by checks.
        if (!AddressRules.MayPair(local.Base, remote.Address)) return;

        // A reflexive candidate is replaced by its base, and what is then redundant is left out (RFC 8445 section 6.1.2.4).
        TransportAddress destination = AddressRules.Reach(remote.Address, local.Base);
        CandidatePair? same = FindPair(local.Base, in destination);
        if (same is { State: IcePairState.Failed } && same.Timeline.Moments[^1].Step == IcePairStep.LocalCandidateGone)
        {
            Remove(same);
            same = null;
        }

        if (same is null)
            Insert(new CandidatePair(local, remote, destination), now);
        else if (local.Priority > same.Local.Priority && same.State is IcePairState.Frozen or IcePairState.Waiting)
            same.Local = local;
    }

    private bool Insert(CandidatePair pair, MonotonicTime now)
    {
        if (_pairs.Count >= agent.Options.MaxPairs && !MakeRoomFor(pair))
        {
            agent.Counters.Add(IceCounter.DroppedOverLimit);
            return false;
        }

        pair.State = InitialState(pair);
        pair.Timeline.Add(IcePairStep.Paired, now);
        _pairs.Add(pair);
        return true;
    }

    // RFC 8838 section 12: of each foundation one pair is checked first, the one of the highest priority.
    private IcePairState InitialState(CandidatePair pair)
    {
        bool hasSuccess = false, isHeld = false;
        foreach (CandidatePair other in _pairs)
        {
            if (!other.HasFoundationOf(pair)) continue;

            if (other.State == IcePairState.Succeeded) hasSuccess = true;
            if (other.State == IcePairState.InProgress) isHeld = true;
            if (other.State != IcePairState.Waiting || other.IsTriggered) continue;

            if (other.PriorityFor(agent.Role) < pair.PriorityFor(agent.Role))
                other.State = IcePairState.Frozen;
            else
                isHeld = true;
        }

        return isHeld && !hasSuccess ? IcePairState.Frozen : IcePairState.Waiting;
    }

    // The worst pair goes, of those of which nothing has come (RFC 8445 section 6.1.2.5).
    private bool MakeRoomFor(CandidatePair pair)
    {
        CandidatePair? worst = null;
        foreach (CandidatePair other in _pairs)
        {
            if (other.IsTriggered || other.IsNominating || other.State is IcePairState.InProgress or IcePairState.Succeeded) continue;
            if (worst is null || IsWorse(other, worst)) worst = other;
        }

        if (worst is null || (worst.State != IcePairState.Failed && !IsWorse(worst, pair))) return false;

        Remove(worst);
        return true;
    }

    private bool IsWorse(CandidatePair one, CandidatePair other)
    {
        bool failed = one.State == IcePairState.Failed;
        return failed != (other.State == IcePairState.Failed) ? failed : one.PriorityFor(agent.Role) < other.PriorityFor(agent.Role);
    }

    private void Remove(CandidatePair pair)
    {
        pair.StopChecking();
        _outstanding.RemoveOf(pair);
        _pairs.Remove(pair);
    }
}
