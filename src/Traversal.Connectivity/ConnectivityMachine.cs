using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Connectivity;

/// <summary>
/// Gathers candidates from the addresses of a machine, from STUN servers and from TURN servers, and runs an ICE agent with them (RFC 8445): one machine
/// without sockets, threads or clock. For one thread.
/// </summary>
/// <remarks>
/// <para>
/// The driver opens a socket for each base and a connection for each TURN server that is reached by TCP, TLS or WebSocket, which the machine knows as a
/// numbered link. It hands in what comes with <see cref="OnPacket"/> and <see cref="OnLinkMessage"/>, and calls <see cref="OnTime"/> at
/// <see cref="NextDeadline"/>. After these, and after every other call that takes the time, it takes what is to be sent with <see cref="TryTakeTransmit"/> and
/// what has happened with <see cref="TryTakeEvent"/>, until there is no more.
/// </para>
/// <para>
/// Bases, servers and links may come and go at any time. Every table is bounded; nothing that comes from the network throws; a packet of data allocates
/// nothing, either way, on a direct path and on a relayed one.
/// </para>
/// </remarks>
public sealed partial class ConnectivityMachine
{
    /// <summary>The number of no link.</summary>
    public const int NoLink = -1;

    private readonly ConnectivityOptions _options;
    private readonly CheckPacer _pacer;
    private readonly RandomSource _random;
    private readonly Queue<ConnectivityEvent> _events = new();
    private bool _hasAllSources;
    private bool _hasFinished;
    private bool _isClosing;

    /// <summary>A machine that knows its own credentials and nothing else.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="pacer">The bucket of all agents of the process, from which gathering is paced too (RFC 8445 section 14).</param>
    /// <param name="random">Draws credentials and transaction ids, which must not be guessed.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public ConnectivityMachine(ConnectivityOptions options, CheckPacer pacer, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pacer);
        ArgumentNullException.ThrowIfNull(random);
        options.Ice.RelayOnly = options.Policy == CandidatePolicy.RelayOnly;
        _options = options;
        _pacer = pacer;
        _random = random;
        Agent = new IceAgent(options.Ice, pacer, random);
    }

    /// <summary>The agent, to be looked at: whoever calls what changes it takes it out of the machine's hands.</summary>
    public IceAgent Agent { get; }

    /// <summary>Whether every server that was named has answered or has not.</summary>
    public bool HasFinishedGathering => _hasFinished;

    /// <summary>Whether it was closed, and every TURN server knows or does not answer.</summary>
    public bool IsClosed => _isClosing && _relays.TrueForAll(relay => relay.Allocation is null);

    /// <summary>When to call <see cref="OnTime"/>.</summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            MonotonicTime next = _isClosing ? MonotonicTime.Never : Agent.NextDeadline;
            if (_waiting.Count > 0) next = MonotonicTime.Min(next, _pacer.NextAt);
            foreach (Binding binding in _bindings) next = MonotonicTime.Min(next, binding.NextDeadline);
            foreach (Relay relay in _relays) next = MonotonicTime.Min(next, relay.NextDeadline);
            return next;
        }
    }

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now)
    {
        if (!_isClosing) Agent.OnTime(now);
        foreach (Relay relay in _relays)
        {
            relay.Allocation?.OnTime(now);
            if (relay.RetryAt <= now) Await(relay);
        }

        WatchBindings(now);
        Settle(now);
    }

    /// <summary>Takes what has happened next.</summary>
    public bool TryTakeEvent([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ConnectivityEvent? next) => _events.TryDequeue(out next);

    /// <summary>
    /// Gives up the path and all allocations. What is to be sent tells the TURN servers; who does not want to wait for <see cref="IsClosed"/> sends that and
    /// forgets the machine.
    /// </summary>
    public void Close(MonotonicTime now)
    {
        _isClosing = true;
        _waiting.Clear();
        _bindings.Clear();
        foreach (Relay relay in _relays)
        {
            relay.RetryAt = MonotonicTime.Never;
            relay.Allocation?.Close(now);
        }

        Settle(now);
    }

    /// <summary>Looks at what the parts have to say; after everything that may have changed one.</summary>
    private void Settle(MonotonicTime now)
    {
        for (int i = _relays.Count - 1; i >= 0; i--) Follow(_relays[i], now);
        while (Agent.TryTakeEvent(out IceEvent happened)) Raise(new ConnectivityEvent(ConnectivityEventKind.Agent, now) { Ice = happened });
        WatchGathering(now);
    }

    private void WatchGathering(MonotonicTime now)
    {
        if (_hasFinished || !_hasAllSources || _isClosing || IsGathering) return;

        _hasFinished = true;
        Agent.EndLocalCandidates(now);
        Raise(new ConnectivityEvent(ConnectivityEventKind.GatheringFinished, now));
    }

    // The driver takes them after every call; one that does not misses what comes then.
    private void Raise(ConnectivityEvent happened)
    {
        if (_events.Count < ConnectivityLimits.MaxEvents) _events.Enqueue(happened);
    }
}
