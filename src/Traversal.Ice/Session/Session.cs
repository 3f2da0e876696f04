using System.Text;
using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>An ICE session (RFC 8445 section 4): the checks under one pair of credentials. A restart begins another one.</summary>
internal sealed partial class Session(AgentContext agent)
{
    private readonly List<CandidatePair> _pairs = [];
    private readonly List<RemoteCandidate> _remotes = [];
    private readonly Queue<CandidatePair> _triggered = new();
    private readonly OutstandingChecks _outstanding = new();
    private bool _isRetired;
    private MonotonicTime _startedAt;
    private MonotonicTime _lastNews;
    private byte[] _username = [];

    /// <summary>The fragment and password of this agent.</summary>
    public Credentials Own { get; } = Credentials.Create(agent.Options, agent.Random);

    /// <summary>Those of the peer; null until they are signalled.</summary>
    public Credentials? Peer { get; private set; }

    /// <summary>Whether the peer has no more candidates.</summary>
    public bool HasAllRemotes { get; private set; }

    /// <summary>The pair that data takes: the nominated one, or the best of those that work.</summary>
    public CandidatePair? Selected { get; private set; }

    /// <summary>Why there is no path; null as long as there may be one.</summary>
    public IceFailure? Failure { get; private set; }

    public IReadOnlyList<CandidatePair> Pairs => _pairs;

    public IReadOnlyList<RemoteCandidate> Remotes => _remotes;

    /// <summary>Whether both sides may follow one nomination by another; of a peer that has signalled nothing yet, the number of a nomination says so.</summary>
    private bool Renominates => agent.Options.Renomination && (Peer?.Parameters.SupportsRenomination ?? _nomination > 0);

    /// <summary>Whether this agent is lite and the peer full: then what comes of it is the peer's to say.</summary>
    public bool IsControlledByChecks => agent.Options.IsLite && !BothAreLite;

    private bool BothAreLite => agent.Options.IsLite && Peer is { Parameters.IsLite: true };

    private bool MayFail => Peer is not null && Failure is null && !_isRetired;

    private bool MayCheck => MayFail && !agent.Options.IsLite;

    /// <summary>How far the session is.</summary>
    public IceAgentState StateAt(MonotonicTime now)
    {
        if (Failure is not null) return IceAgentState.Failed;
        if (Selected is null) return Peer is null ? IceAgentState.New : IceAgentState.Checking;
        if (!BothAreLite && now - Selected.HeardAt >= IceLimits.Silence) return IceAgentState.Disconnected;
        return Selected.IsNominated && !_pairs.Exists(pair => pair.IsActive || pair.IsNominating) ? IceAgentState.Completed : IceAgentState.Connected;
    }

    /// <summary>Checks begin (RFC 8445 section 6.1.4), also of what came before the credentials.</summary>
    public void Start(Credentials peer, MonotonicTime now)
    {
        Peer = peer;
        _username = Encoding.ASCII.GetBytes($"{peer.Parameters.Ufrag}:{Own.Parameters.Ufrag}");
        _startedAt = _lastNews = now;
        ForgetOtherGenerations(peer.Parameters.Ufrag);
        SettleLite(now);
    }

    /// <summary>A restart has begun another session: of this one the path alone is kept.</summary>
    public void Retire()
    {
        _isRetired = true;
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            if (_pairs[i] != Selected) Remove(_pairs[i]);
        }

        Selected?.StopChecking();
    }

    public void EndRemotes(MonotonicTime now)
    {
        HasAllRemotes = true;
        OnTime(now);
    }

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now)
    {
        for (int i = _pairs.Count - 1; i >= 0 && i < _pairs.Count; i--)
        {
            CandidatePair pair = _pairs[i];
            if (pair.NextSend <= now && pair.Sends >= CheckSchedule.Count) Fail(pair, IcePairStep.TimedOut, now);
        }

        WatchConsent(now);
        ConsiderNomination(now);
        if (Renominates && IsConcluded(now)) Conclude(now);
        WatchFailure(now);
    }
}
