using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <content>Answers to the checks of this agent (RFC 8445 section 7.2.5).</content>
internal sealed partial class Session
{
    private static readonly StunAttributeSet UnderstoodInResponses = StunAttributeSet.Of(
        StunAttributeType.MappedAddress, StunAttributeType.XorMappedAddress, StunAttributeType.ErrorCode, StunAttributeType.UnknownAttributes,
        StunAttributeType.Username, StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256);

    private int _asymmetricPairs;

    /// <summary>Whether the answer is for a check of this session.</summary>
    public bool IsWaitedFor(TransactionId id) => _outstanding.TryFind(id, out _);

    /// <summary>An answer with the id of a check. Whoever does not have the password changes nothing.</summary>
    public IceArrival OnResponse(in TransportAddress local, in TransportAddress source, scoped in StunMessage response, MonotonicTime now)
    {
        _outstanding.TryFind(response.TransactionId, out OutstandingCheck check);
        CandidatePair pair = check.Pair;
        if (!response.VerifyIntegrity(Peer!.Key))
        {
            pair.Timeline.Add(IcePairStep.AnsweredUnverified, now);
            agent.Counters.Add(IceCounter.DroppedUnverified);
            return IceArrival.Dropped;
        }

        _outstanding.Remove(check.Id);
        agent.Counters.Add(IceCounter.Responses);
        StunErrorCode error = response.Class == StunClass.ErrorResponse && response.TryGetErrorCode(out StunErrorCode code, out _) ? code : StunErrorCode.None;
        if (error == StunErrorCode.RoleConflict)
            OnRoleConflict(in check, now); // Wherever it comes from: RFC 8445 section 7.2.5 has it first.
        else if (source != pair.Destination || local != pair.Local.Base)
            OnAsymmetric(in check, now);
        else if (response.Class == StunClass.ErrorResponse)
            OnError(in check, error, now);
        else if (HasUnknown(in response) || !response.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped))
            OnError(in check, StunErrorCode.None, now);
        else
            OnSuccess(in check, in mapped, now);
        return IceArrival.Handled;
    }

    // RFC 8445 section 7.2.5.2.1. An open path is not lost to a copy of an answer that somebody sends from elsewhere.
    private void OnAsymmetric(in OutstandingCheck check, MonotonicTime now)
    {
        if (check.Pair.IsValid)
        {
            check.Pair.Timeline.Add(IcePairStep.AnsweredFromElsewhere, now);
            return;
        }

        if (check.Pair.Asymmetries++ == 0) _asymmetricPairs++;
        Fail(check.Pair, IcePairStep.AnsweredFromElsewhere, now);
    }

    private void OnError(in OutstandingCheck check, StunErrorCode code, MonotonicTime now)
    {
        CandidatePair pair = check.Pair;
        pair.RefusedWith = code;
        if (check.Purpose == CheckPurpose.Consent && code == StunErrorCode.Forbidden)
            LoseConsent(pair, now); // RFC 7675 section 5.2.
        else if (check.Purpose == CheckPurpose.Consent || (check.Purpose == CheckPurpose.Connectivity && pair.IsValid))
            pair.Timeline.Add(IcePairStep.Refused, now);
        else
            Fail(pair, IcePairStep.Refused, now);
    }

    /// <summary>RFC 8445 section 7.2.5.1. The peer keeps its role; an old answer to a check in the other role says nothing.</summary>
    private void OnRoleConflict(in OutstandingCheck check, MonotonicTime now)
    {
        check.Pair.Timeline.Add(IcePairStep.RoleConflict, now);
        if (check.Role == agent.Role)
        {
            TakeRole(agent.OtherRole, now);
            agent.TieBreaker = agent.Random.NextUInt64();
        }

        if (check.Pair.IsValid) return;

        check.Pair.State = IcePairState.Waiting;
        check.Pair.Sends = 0;
        Trigger(check.Pair);
    }

    private void OnSuccess(in OutstandingCheck check, in TransportAddress mapped, MonotonicTime now)
    {
        CandidatePair pair = check.Pair;
        if (pair.IsDead) return;

        Measure(pair, now - check.SentAt);
        pair.HeardAt = now;
        pair.Remote.IsProven = true;
        pair.Timeline.Add(IcePairStep.Answered, now);
        if (!pair.IsValid) BecomeValid(pair, in mapped, now);
        if (pair.IsCheckedAgain)
        {
            pair.IsCheckedAgain = false;
            if (!pair.IsNominating) pair.StopChecking();
        }

        if (check.Purpose == CheckPurpose.Nomination && agent.Role == IceRole.Controlling && check.Nomination == pair.Nomination && pair.IsNominating)
        {
            pair.StopChecking();
            BecomeNominated(pair, now);
        }
        else if (pair.NominateOnSuccess && agent.Role == IceRole.Controlled)
        {
            BecomeNominated(pair, now);
        }

        Reselect(now);
        ConsiderNomination(now);
    }

    private void BecomeValid(CandidatePair pair, in TransportAddress mapped, MonotonicTime now)
    {
        pair.State = IcePairState.Succeeded;
        pair.StopChecking();
        pair.Mapped = FindMapped(pair, in mapped);
        if (_firstValidAt == MonotonicTime.Never) _firstValidAt = now;

        // RFC 8445 section 7.2.5.3.3.
        foreach (CandidatePair other in _pairs)
        {
            if (other.State == IcePairState.Frozen && other.HasFoundationOf(pair)) other.State = IcePairState.Waiting;
        }
    }

    /// <summary>The candidate that the peer saw: one that is known, or one that nobody knew (RFC 8445 section 7.2.5.3.1).</summary>
    private LocalCandidate FindMapped(CandidatePair pair, in TransportAddress mapped)
    {
        TransportAddress baseAddress = pair.Local.Base;
        if (AddressRules.WithoutScope(in baseAddress) == mapped) return pair.Local;

        foreach (LocalCandidate local in agent.Locals)
        {
            if (local.Address == mapped && local.Base == baseAddress) return local;
        }

        var candidate = new IceCandidate
        {
            Foundation = pair.Local.Foundation,
            Priority = CandidatePriority.AsPeerReflexive(pair.Local.Priority),
            Address = mapped,
            Kind = IceCandidateKind.PeerReflexive,
            RelatedAddress = baseAddress,
        };
        return new LocalCandidate(candidate, baseAddress);
    }

    private static void Measure(CandidatePair pair, TimeSpan roundTrip)
    {
        pair.Statistics.ResponsesReceived++;
        pair.Statistics.RoundTrip = roundTrip;
        pair.Statistics.TotalRoundTrip += roundTrip;
    }

    private static bool HasUnknown(scoped in StunMessage response)
    {
        Span<ushort> unknown = stackalloc ushort[1];
        return response.FindUnknownRequired(in UnderstoodInResponses, unknown) > 0;
    }
}
