namespace Traversal.Ice;

/// <summary>Why there is no path, by what was seen.</summary>
/// <param name="Reason">What a program does something about.</param>
/// <param name="Text">What a person reads: one sentence with the counts.</param>
public sealed record IceFailure(IceFailureReason Reason, string Text)
{
    internal static IceFailure Explain(Session session, AgentContext agent)
    {
        long sent = 0;
        foreach (CandidatePair pair in session.Pairs) sent += pair.Statistics.ChecksSent;

        IceFailureReason reason = ReasonOf(session, agent);
        return new IceFailure(
            reason, $"{Sentence(reason, session)} Pairs: {session.Pairs.Count}; checks sent: {sent}, of the peer received: {session.ChecksReceived}.");
    }

    private static IceFailureReason ReasonOf(Session session, AgentContext agent)
    {
        if (Has(session, IcePairStep.LocalCandidateGone) && Has(session, IcePairStep.Selected)) return IceFailureReason.LocalCandidateGone;
        if (Has(session, IcePairStep.ConsentLost)) return IceFailureReason.ConsentLost;
        if (agent.Locals.Count == 0) return IceFailureReason.NoLocalCandidates;
        if (session is { Remotes.Count: 0, ChecksReceived: 0 }) return IceFailureReason.NoRemoteCandidates;
        if (session.IsControlledByChecks) return session.ChecksReceived > 0 ? IceFailureReason.NotNominated : IceFailureReason.NoChecksCame;
        if (session.Pairs.Count == 0) return IceFailureReason.NothingToPair;
        if (Has(session, IcePairStep.Refused)) return IceFailureReason.Refused;
        if (Has(session, IcePairStep.AnsweredFromElsewhere)) return IceFailureReason.AnsweredFromElsewhere;
        if (Has(session, IcePairStep.AnsweredUnverified)) return IceFailureReason.WrongPassword;
        if (session.ChecksReceived > 0) return IceFailureReason.OneWay;
        return MapsByDestination(agent) ? IceFailureReason.RelayNeeded : IceFailureReason.NothingCameBack;
    }

    private static bool Has(Session session, IcePairStep step) => session.Pairs.Any(pair => Has(pair.Timeline, step));

    private static bool Has(PairTimeline timeline, IcePairStep step)
    {
        foreach (ref readonly IcePairMoment moment in timeline.Moments)
        {
            if (moment.Step == step) return true;
        }

        return false;
    }

    // Two STUN servers that saw one socket at two addresses: its NAT is not endpoint-independent (RFC 4787 section 4.1). One that saw two of them says that
    // the mapping has changed, and nothing of why. Candidates of different servers have different foundations.
    private static bool MapsByDestination(AgentContext agent) => agent.Locals
        .Where(local => local.Signalled.Kind == IceCandidateKind.ServerReflexive)
        .GroupBy(local => local.Base)
        .Any(group => group.Count() > 1 && group.DistinctBy(local => local.Foundation, StringComparer.Ordinal).Count() == group.Count());

    private static string Sentence(IceFailureReason reason, Session session) => reason switch
    {
        IceFailureReason.NoLocalCandidates => "This side had no candidate.",
        IceFailureReason.NoRemoteCandidates => "The other side signalled no candidate, and no check of it came.",
        IceFailureReason.NothingToPair => "No candidate of one side goes with one of the other.",
        IceFailureReason.RelayNeeded => "Checks were sent, and nothing came back: the NAT here maps each destination to another port, and the other side's lets only known ones in. A relay is needed.",
        IceFailureReason.OneWay => "The other side's checks came, and ours were not answered.",
        IceFailureReason.AnsweredFromElsewhere => "Answers came from other addresses than checks were sent to.",
        IceFailureReason.WrongPassword => "Answers came that were not made with the other side's password.",
        IceFailureReason.Refused => $"The other side refused the checks with {(int)session.Pairs.Max(pair => pair.RefusedWith)}.",
        IceFailureReason.NoChecksCame => "No check of the other side came.",
        IceFailureReason.NotNominated => "The other side's checks came, and it asked for no pair to be used.",
        IceFailureReason.ConsentLost => "The other side has not answered on the path for 30 seconds.",
        IceFailureReason.LocalCandidateGone => "The local address of the path is gone.",
        _ => "Checks were sent, and nothing came back.",
    };
}
