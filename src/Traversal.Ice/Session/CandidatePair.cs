using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <summary>A local base and a remote candidate, and what is known of the way between them.</summary>
internal sealed class CandidatePair(LocalCandidate local, RemoteCandidate remote, TransportAddress destination)
{
    public LocalCandidate Local { get; set; } = local;

    public RemoteCandidate Remote => remote;

    /// <summary>The remote address as this machine reaches it: with the scope of the local one.</summary>
    public TransportAddress Destination { get; } = destination;

    public IcePairState State { get; set; }

    /// <summary>What the peer saw, where a check was answered: the local candidate of the valid pair (RFC 8445 section 7.2.5.3.2).</summary>
    public LocalCandidate? Mapped { get; set; }

    /// <summary>Whether data may take this way.</summary>
    public bool IsValid => State == IcePairState.Succeeded;

    /// <summary>How many checks have gone in this attempt.</summary>
    public int Sends { get; set; }

    /// <summary>When the next check goes, or the last one has been waited for; never while there is nothing to check.</summary>
    public MonotonicTime NextSend { get; set; } = MonotonicTime.Never;

    /// <summary>When a check went last.</summary>
    public MonotonicTime SentAt { get; set; }

    /// <summary>When this attempt began.</summary>
    public MonotonicTime BegunAt { get; set; }

    /// <summary>Whether it is in the triggered-check queue.</summary>
    public bool IsTriggered { get; set; }

    /// <summary>Whether checks carry USE-CANDIDATE, and none of them is answered yet.</summary>
    public bool IsNominating { get; set; }

    /// <summary>Whether the peer has nominated it, and the own check is not answered yet (RFC 8445 section 7.3.1.5).</summary>
    public bool NominateOnSuccess { get; set; }

    public bool IsNominated { get; set; }

    /// <summary>The number of its nomination, as those who renominate count; 0 for others.</summary>
    public uint Nomination { get; set; }

    /// <summary>When an answer, or for a lite agent a check, came last.</summary>
    public MonotonicTime HeardAt { get; set; }

    public MonotonicTime NextConsent { get; set; } = MonotonicTime.Never;

    /// <summary>How often an answer came from elsewhere.</summary>
    public int Asymmetries { get; set; }

    public StunErrorCode RefusedWith { get; set; }

    public PairStatistics Statistics { get; } = new();

    public PairTimeline Timeline { get; } = new();

    /// <summary>Whether a path that fell silent is being checked.</summary>
    public bool IsCheckedAgain { get; set; }

    /// <summary>Whether consent was lost, after which nothing is sent there with these credentials (RFC 7675 section 5.1).</summary>
    public bool IsDead { get; set; }

    /// <summary>Whether something may still become of it.</summary>
    public bool IsActive => State is IcePairState.Frozen or IcePairState.Waiting or IcePairState.InProgress;

    /// <summary>Its priority on the checklist (RFC 8445 section 6.1.2.3).</summary>
    public ulong PriorityFor(IceRole role) => PriorityOf(Local, role);

    /// <summary>The priority of the valid pair, whose local candidate is the one that the peer saw (RFC 8445 section 7.2.5.3.2).</summary>
    public ulong ValidPriorityFor(IceRole role) => PriorityOf(Mapped ?? Local, role);

    public bool HasFoundationOf(CandidatePair other) =>
        Local.Foundation == other.Local.Foundation && Remote.Foundation == other.Remote.Foundation;

    public void StopChecking()
    {
        NextSend = MonotonicTime.Never;
        IsTriggered = false;
        IsNominating = false;
    }

    private ulong PriorityOf(LocalCandidate local, IceRole role) => role == IceRole.Controlling
        ? CandidatePriority.OfPair(local.Priority, Remote.Priority)
        : CandidatePriority.OfPair(Remote.Priority, local.Priority);
}
