using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <content>Checks of the peer (RFC 8445 section 7.3).</content>
internal sealed partial class Session
{
    private static readonly StunAttributeSet UnderstoodInChecks = StunAttributeSet.Of(
        StunAttributeType.Username, StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256, StunAttributeType.Priority, StunAttributeType.UseCandidate);

    private readonly Queue<Reply> _replies = new();
    private int _discovered;

    /// <summary>How many checks of the peer have come, those that were refused included.</summary>
    public long ChecksReceived { get; private set; }

    /// <summary>A check that was made with the password of this session.</summary>
    public IceArrival OnCheck(
        in TransportAddress local, in TransportAddress source, scoped in StunMessage check, scoped ReadOnlySpan<byte> peerUfrag, MonotonicTime now)
    {
        // One that speaks for another generation of the peer is answered and says nothing about this one.
        bool isOfThisPeer = Peer is null || peerUfrag.SequenceEqual(Peer.Ufrag);
        if (isOfThisPeer) ChecksReceived++;

        StunErrorCode error = Judge(in check, now, out ushort unknown);
        if (!TryReply(in local, in source, in check, error, unknown)) return IceArrival.Dropped;
        if (error != StunErrorCode.None) return IceArrival.Handled;

        if (isOfThisPeer && Failure is null && !_isRetired) Learn(in local, in source, in check, now);
        return IceArrival.Handled;
    }

    public bool TryTakeReply(Span<byte> destination, out IceTransmit transmit)
    {
        transmit = default;
        if (!_replies.TryDequeue(out Reply reply)) return false;

        bool isSuccess = reply.Code == StunErrorCode.None;
        TransactionId id = reply.Id;
        var writer = new StunMessageWriter(destination, isSuccess ? StunClass.SuccessResponse : StunClass.ErrorResponse, StunMethod.Binding, in id);
        if (isSuccess)
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, AddressRules.WithoutScope(reply.Remote));
        else
            writer.AddErrorCode(reply.Code);
        if (reply.Code == StunErrorCode.UnknownAttribute) writer.AddUnknownAttributes([reply.Unknown]);
        if (reply.Counter > 0) writer.AddTransmitCounter(new TransmitCounter(reply.Counter, 0));
        transmit = new IceTransmit(reply.Local, reply.Remote, writer.Finish(Own.Key, StunIntegrity.Sha1, fingerprint: true));
        return true;
    }

    // In the order of RFC 8445 section 7.3.1.
    private StunErrorCode Judge(scoped in StunMessage check, MonotonicTime now, out ushort unknown)
    {
        Span<ushort> types = stackalloc ushort[1];
        int count = check.FindUnknownRequired(in UnderstoodInChecks, types);
        unknown = count > 0 ? types[0] : (ushort)0;
        if (count > 0) return StunErrorCode.UnknownAttribute;
        if (!check.TryGetUInt32(StunAttributeType.Priority, out _)) return StunErrorCode.BadRequest;
        return HasRoleConflict(in check, now) ? StunErrorCode.RoleConflict : StunErrorCode.None;
    }

    /// <summary>RFC 8445 section 7.3.1.1: whoever has the larger tie-breaker controls.</summary>
    /// <returns>Whether the peer has to change its role.</returns>
    private bool HasRoleConflict(scoped in StunMessage check, MonotonicTime now)
    {
        if (agent.Options.IsLite) return IsControlledByLite(in check, now);

        bool isControlling = agent.Role == IceRole.Controlling;
        StunAttributeType same = isControlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled;
        if (!check.TryGetUInt64(same, out ulong tieBreaker)) return false;
        if (agent.TieBreaker >= tieBreaker == isControlling) return true;

        TakeRole(agent.OtherRole, now);
        return false;
    }

    // Whoever sends checks is full, and controls a lite agent whatever the tie-breakers say (RFC 8445 section 6.1.1).
    private bool IsControlledByLite(scoped in StunMessage check, MonotonicTime now)
    {
        if (agent.Role != IceRole.Controlled) TakeRole(IceRole.Controlled, now);
        return check.Has(StunAttributeType.IceControlled);
    }

    private bool TryReply(in TransportAddress local, in TransportAddress source, scoped in StunMessage check, StunErrorCode error, ushort unknown)
    {
        if (_replies.Count >= IceLimits.MaxReplies)
        {
            agent.Counters.Add(IceCounter.DroppedOverLimit);
            return false;
        }

        byte counter = check.TryGetTransmitCounter(out TransmitCounter transmissions) ? transmissions.Requests : (byte)0;
        _replies.Enqueue(new Reply(local, source, check.TransactionId, error, unknown, counter));
        agent.Counters.Add(IceCounter.ChecksAnswered);
        return true;
    }

    private void Learn(in TransportAddress local, in TransportAddress source, scoped in StunMessage check, MonotonicTime now)
    {
        bool nominates = agent.Role == IceRole.Controlled && check.Has(StunAttributeType.UseCandidate);
        CandidatePair? pair = FindPair(in local, in source);
        if (pair is null && (!IsConcluded(now) || nominates)) pair = Discover(in local, in source, in check, now);
        if (pair is null || pair.IsDead) return;

        pair.Remote.IsShown = true;
        pair.Statistics.ChecksReceived++;
        pair.Statistics.ResponsesSent++;
        pair.Timeline.Add(IcePairStep.CheckReceived, now);
        if (agent.Options.IsLite)
        {
            OnCheckOfLite(pair, nominates, now);
        }
        else if (!pair.IsValid && MayTrigger(pair, now))
        {
            // A first sign of the peer begins a new attempt, as what was sent before it may have met a closed NAT.
            if (pair.State != IcePairState.InProgress || pair.Statistics.ChecksReceived == 1) pair.Sends = 0;
            pair.State = IcePairState.Waiting;
            Trigger(pair);
        }

        if (nominates) OnNominationReceived(pair, check.TryGetNomination(out uint number) ? number : 0, now);
    }

    // Each check makes one of the peer's, and the other way round: without a brake two agents that cannot agree would check each other ever faster.
    private bool MayTrigger(CandidatePair pair, MonotonicTime now)
    {
        if (pair.Asymmetries >= IceLimits.MaxAsymmetries) return false;
        if (!pair.Remote.IsSignalled && _asymmetricPairs >= IceLimits.MaxAsymmetricPairs) return false;
        return pair.State != IcePairState.InProgress || pair.Statistics.ChecksReceived == 1 || now - pair.SentAt >= IceLimits.TriggerGap;
    }

    /// <summary>Makes the pair that a check has shown, and the candidate too where nobody has signalled it (RFC 8445 sections 7.3.1.3 and 7.3.1.4).</summary>
    private CandidatePair? Discover(in TransportAddress local, in TransportAddress source, scoped in StunMessage check, MonotonicTime now)
    {
        if (agent.FindByBase(in local) is not { } own) return null;

        TransportAddress address = AddressRules.WithoutScope(in source);
        RemoteCandidate? remote = FindRemote(in address);
        if (remote is null && !TryMakeRoomForPeer(now))
        {
            agent.Counters.Add(IceCounter.DroppedOverLimit);
            return null;
        }

        RemoteCandidate found = remote ?? MakePeerReflexive(in address, in check);
        var pair = new CandidatePair(own, found, source);
        if (!Insert(pair, now)) return null;

        if (remote is null) _remotes.Add(found);
        return pair;
    }

    private RemoteCandidate MakePeerReflexive(in TransportAddress address, scoped in StunMessage check)
    {
        check.TryGetUInt32(StunAttributeType.Priority, out uint priority);
        var candidate = new IceCandidate
        {
            // An asterisk is in no foundation that is signalled.
            Foundation = $"*{_discovered++}",
            Priority = CandidatePriority.Clamp(priority),
            Address = address,
            Kind = IceCandidateKind.PeerReflexive,
        };
        return new RemoteCandidate(candidate, isSignalled: false);
    }

    // One that has not answered for a while gives way to another, not at once, so that a chain of candidates that lead to nothing is slow.
    private bool TryMakeRoomForPeer(MonotonicTime now)
    {
        int unproven = 0;
        RemoteCandidate? oldest = null;
        foreach (RemoteCandidate remote in _remotes)
        {
            if (remote.IsSignalled || remote.IsProven) continue;
            unproven++;
            if (oldest is null && !_pairs.Exists(pair => pair.Remote == remote && !MayGive(pair, now))) oldest = remote;
        }

        if (unproven < IceLimits.MaxUnprovenPeers) return true;
        if (oldest is null) return false;

        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            if (_pairs[i].Remote == oldest) Remove(_pairs[i]);
        }

        _remotes.Remove(oldest);
        return true;
    }

    private bool MayGive(CandidatePair pair, MonotonicTime now) =>
        !pair.IsValid && (agent.Options.IsLite || (pair.Sends > 0 && now - pair.BegunAt >= IceLimits.UnprovenPeerHold));
}
