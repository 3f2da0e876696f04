using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>
/// An ICE agent for one component of one data stream (RFC 8445), without sockets, threads or clock: candidates, packets and time come in, packets and events
/// come out. For one thread.
/// </summary>
/// <remarks>
/// <para>
/// The driver hands in what arrives with <see cref="OnPacket"/> and calls <see cref="OnTime"/> at <see cref="NextDeadline"/>. After these, and after every
/// other call that takes the time, it takes what is to be sent with <see cref="TryTakeTransmit"/> and what has happened with <see cref="TryTakeEvent"/>,
/// until there is no more. Data goes along <see cref="Route"/>.
/// </para>
/// <para>
/// A local address is the base of a candidate: that of a socket, or a relayed one, whose packets the driver sends and receives through its TURN client.
/// Candidates of both sides may come at any time. Every table is bounded; nothing that comes from the network throws; data, and checks on a path that is
/// there, allocate nothing.
/// </para>
/// </remarks>
public sealed partial class IceAgent
{
    /// <summary>The least length of the span for <see cref="TryTakeTransmit"/>.</summary>
    public const int MaxTransmitLength = IceLimits.MaxMessageLength;

    private readonly AgentContext _context;
    private readonly CheckPacer _shared;
    private CheckPacer _pacer = new(IceLimits.DefaultPacing);
    private Session _session;

    // The session before a restart, whose path is used until there is a new one.
    private Session? _previous;
    private MonotonicTime _previousEndsAt = MonotonicTime.Never;
    private CandidatePair? _route;

    /// <summary>An agent that knows its own credentials and nothing else.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="pacer">The bucket of all agents of the process.</param>
    /// <param name="random">Draws credentials and transaction ids, which must not be guessed.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public IceAgent(IceAgentOptions options, CheckPacer pacer, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pacer);
        ArgumentNullException.ThrowIfNull(random);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        _context = new AgentContext(options, random);
        _shared = pacer;
        _session = new Session(_context);
    }

    /// <summary>What the other side has to know, beside the candidates. It changes with a restart.</summary>
    public IceParameters LocalParameters => _session.Own.Parameters;

    /// <summary>What the other side has said; null before.</summary>
    public IceParameters? RemoteParameters => _session.Peer?.Parameters;

    /// <summary>Who nominates.</summary>
    public IceRole Role => _context.Role;

    /// <summary>How far it is.</summary>
    public IceAgentState State => _context.State;

    /// <summary>Why there is no path, or why a restart led to none; null as long as there may be one.</summary>
    public IceFailure? Failure => _session.Failure;

    /// <summary>The way that data takes; null where there is none. Nothing may be sent elsewhere, nor after it is gone (RFC 7675).</summary>
    public IceRoute? Route => _route is { } pair ? new IceRoute(pair.Local.Base, pair.Destination) : null;

    /// <summary>What it has done. Any thread may read it.</summary>
    public IceCounters Counters => _context.Counters;

    /// <summary>When to call <see cref="OnTime"/>.</summary>
    public MonotonicTime NextDeadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now) => Update(now);

    /// <summary>Takes what has happened next.</summary>
    public bool TryTakeEvent(out IceEvent next) => _context.TryTakeEvent(out next);

    /// <summary>What is known of every pair, for statistics and explanations; allocates.</summary>
    public IReadOnlyList<IcePairReport> GetPairs()
    {
        IEnumerable<CandidatePair> pairs = _session.Pairs;
        if (_previous?.Selected is { } old) pairs = pairs.Append(old);
        return [.. pairs.Select(pair => IcePairReport.Of(pair, Role, isSelected: pair == _route))];
    }

    private void Update(MonotonicTime now)
    {
        bool hadFailed = _session.Failure is not null;
        _session.OnTime(now);
        _previous?.OnTime(now);
        if (_previous is { Selected: null } || now >= _previousEndsAt) Forget();
        if (!hadFailed && _session.Failure is not null && _previous is not null) _context.Raise(IceEventKind.RestartFailed);
        FollowState(now);
        FollowRoute(now);
        Reschedule(now);
    }

    private void FollowState(MonotonicTime now)
    {
        bool isOnOldPath = _session.Selected is null && _previous is not null;
        IceAgentState state = (isOnOldPath ? _previous! : _session).StateAt(now);
        if (state == _context.State) return;

        _context.State = state;
        _context.Raise(IceEventKind.StateChanged);
    }

    private void FollowRoute(MonotonicTime now)
    {
        if (_previous is not null && _previousEndsAt == MonotonicTime.Never && _session.StateAt(now) == IceAgentState.Completed)
            _previousEndsAt = now + IceLimits.Farewell;

        CandidatePair? route = _session.Selected ?? _previous?.Selected;
        if (route == _route) return;

        _route = route;
        _context.Raise(IceEventKind.RouteChanged);
    }

    private void Forget()
    {
        _previous = null;
        _previousEndsAt = MonotonicTime.Never;
    }

    private void Reschedule(MonotonicTime now)
    {
        MonotonicTime token = _pacer.NextAt, shared = _shared.NextAt;
        if (shared > token) token = shared;
        if (now > token) token = now;
        MonotonicTime next = _session.NextDeadline(now, token);
        if (_previous is not null) next = MonotonicTime.Min(next, MonotonicTime.Min(_previousEndsAt, _previous.NextDeadline(now, token)));
        NextDeadline = next;
    }
}
