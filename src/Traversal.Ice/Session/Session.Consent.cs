using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <content>Whether the peer still wants data (RFC 7675), and what keeps NATs open (RFC 8445 section 11).</content>
internal sealed partial class Session
{
    /// <summary>Writes the check for consent, or the keepalive of an agent that sends no checks, where it is time.</summary>
    public bool TryTakeConsentCheck(Span<byte> destination, MonotonicTime now, out IceTransmit transmit)
    {
        transmit = default;
        if (Selected is not { } pair || now < pair.NextConsent) return false;

        ScheduleConsent(pair, now);
        int length = agent.Options.IsLite ? WriteKeepalive(destination) : WriteCheck(pair, CheckPurpose.Consent, destination, now);
        transmit = new IceTransmit(pair.Local.Base, pair.Destination, length);
        return true;
    }

    private void ScheduleConsent(CandidatePair pair, MonotonicTime now) => pair.NextConsent = now +
        (agent.Options.IsLite ? IceLimits.KeepaliveInterval : IceLimits.ConsentInterval * (0.8 + agent.Random.NextUInt32() / (double)uint.MaxValue * 0.4));

    // RFC 8445 section 11: a Binding indication with nothing but FINGERPRINT.
    private int WriteKeepalive(Span<byte> destination)
    {
        TransactionId id = TransactionId.Create(agent.Random);
        return new StunMessageWriter(destination, StunClass.Indication, StunMethod.Binding, in id).Finish(null, StunIntegrity.None, fingerprint: true);
    }

    private void WatchConsent(MonotonicTime now)
    {
        if (BothAreLite) return;

        while (Selected is { } pair && now - pair.HeardAt >= IceLimits.ConsentLifetime) LoseConsent(pair, now);
        if (Selected is { } silent && now - silent.HeardAt >= IceLimits.Silence) CheckAgain(silent, now);
    }

    // A path that loses much may lose every check for consent, as they are few: one that is silent is checked as if it were new.
    private void CheckAgain(CandidatePair pair, MonotonicTime now)
    {
        if (!MayCheck || pair.IsCheckedAgain || pair.IsNominating) return;

        pair.IsCheckedAgain = true;
        pair.Sends = 0;
        pair.NextSend = now;
    }

    private void LoseConsent(CandidatePair pair, MonotonicTime now)
    {
        pair.IsDead = true;
        Fail(pair, IcePairStep.ConsentLost, now);
    }

    /// <summary>A lite agent sends no checks, and knows by those of the peer that it is there (RFC 8445 section 7.3.2).</summary>
    private void OnCheckOfLite(CandidatePair pair, bool nominates, MonotonicTime now)
    {
        pair.HeardAt = now;
        if (!nominates) return;

        pair.State = IcePairState.Succeeded;
        pair.Remote.IsProven = true;
        Reselect(now);
    }

    /// <summary>Two lite agents use the best pair, and check nothing (RFC 8445 section 8.2).</summary>
    private void SettleLite(MonotonicTime now)
    {
        if (!BothAreLite || Selected is not null) return;

        foreach (LocalCandidate local in agent.Locals)
        {
            foreach (RemoteCandidate remote in _remotes) PairUp(local, remote, now);
        }

        if (_pairs.MaxBy(pair => pair.PriorityFor(agent.Role)) is not { } best) return;

        best.State = IcePairState.Succeeded;
        BecomeNominated(best, now);
    }
}
