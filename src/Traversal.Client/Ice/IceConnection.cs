using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>
/// A path for datagrams to another application, wherever both are: ICE (RFC 8445) over this machine's addresses, STUN servers and TURN servers. It keeps the path
/// alive, and finds another when this machine's addresses change. Thread-safe. What the other side or the network does is a result; exceptions are for misuse and
/// for a caller that gives up.
/// </summary>
/// <remarks>
/// <para>
/// Any number of threads may send; one receives at a time. A datagram allocates nothing, either way. What comes while nobody receives waits, up to 512 datagrams
/// and 256 kB, beyond which the newest is dropped. Datagrams whose first byte is below 4 look like STUN and should not be sent.
/// </para>
/// <para>
/// What awaits a receive goes on in the thread that took the packet from the system. It may await as it likes. If it blocks the thread instead, the connection is
/// looked after from another one, somewhat later.
/// </para>
/// <para>
/// Nothing is said to the other side when a connection is disposed of. That side is <see cref="IceAgentState.Disconnected"/> after ten seconds without an answer
/// and <see cref="IceAgentState.Failed"/> once its consent is over, half a minute after the last one (RFC 7675): then it sends no more, and a receive goes on
/// waiting. Applications that part say so themselves.
/// </para>
/// </remarks>
public sealed partial class IceConnection : IAsyncDisposable, IConnectivityUser
{
    private const int MaxEvents = 256;

    private readonly IceConnectionOptions _options;
    private readonly ISignaling _signaling;
    private readonly ClientEnvironment _environment;
    private readonly ConnectivityDriver _driver;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<IceConnectionEvent> _events =
        Channel.CreateBounded<IceConnectionEvent>(new BoundedChannelOptions(MaxEvents) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly MonotonicTime _start;
    private TaskCompletionSource<IceOutcome> _attempt = NewAttempt();
    private int _hasStarted;
    private int _state;

    /// <summary>Creates a connection; nothing is sent and nothing opened before <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="signaling">The way to the other side.</param>
    /// <param name="environment">The system's network and clock if null.</param>
    public IceConnection(IceConnectionOptions options, ISignaling signaling, ClientEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signaling);
        _options = options;
        _signaling = signaling;
        _environment = environment ?? ClientEnvironment.System;
        _logger = _environment.Logging.CreateLogger<IceConnection>();
        _driver = new ConnectivityDriver(_environment, options.ToMachine(), this);
        _servers = new IceServers(this);
        _start = _driver.Now;
    }

    /// <summary>How far it is.</summary>
    public IceAgentState State => (IceAgentState)Volatile.Read(ref _state);

    /// <summary>Who nominates: it may change where both sides began with the same role.</summary>
    public IceRole Role => _driver.Do(static (machine, _, _) => machine.Agent.Role, 0);

    /// <summary>The candidates of this side that have been gathered.</summary>
    public IReadOnlyList<IceCandidate> LocalCandidates => _driver.Do(static (machine, _, _) => machine.LocalCandidates, 0);

    /// <summary>Datagrams that were dropped as nobody received them in time.</summary>
    public long Dropped => _driver.Inbox.Dropped;

    /// <summary>What has happened, the newest 256 of what nobody has read. It completes when the connection is disposed of.</summary>
    public ChannelReader<IceConnectionEvent> Events => _events.Reader;

    internal IceConnectionOptions Options => _options;

    internal ClientEnvironment Environment => _environment;

    internal ConnectivityDriver Driver => _driver;

    internal ILogger Logger => _logger;

    internal CancellationToken Closing => _closing.Token;

    internal MonotonicTime Began => _start;

    /// <summary>What is known of every pair of candidates: the statistics of W3C's <c>RTCIceCandidatePairStats</c>, and a timeline. Allocates.</summary>
    public IReadOnlyList<IcePairReport> GetPairs() => _driver.Do(static (machine, _, _) => machine.Agent.GetPairs(), 0);

    /// <summary>Gathers the candidates of this side, and tells the other side, but waits for no path.</summary>
    /// <param name="cancellationToken">Gives up waiting, by an exception; gathering goes on.</param>
    public Task GatherAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return _gathered.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Gathers, tells the other side, checks, and completes with the first path, or when there is none. The first signal of the other side is waited for without end.</summary>
    /// <param name="cancellationToken">Gives up waiting, by an exception; the attempt goes on until the connection is disposed of.</param>
    public async Task<IceOutcome> ConnectAsync(CancellationToken cancellationToken = default)
    {
        Start();
        using Activity? activity = ClientTelemetry.Activities.StartActivity("ice.connect", ActivityKind.Client);
        MonotonicTime began = _driver.Now;
        IceOutcome outcome = await Volatile.Read(ref _attempt).Task.WaitAsync(cancellationToken).ConfigureAwait(false);

        bool isRelayed = outcome.Pair is { } pair && (pair.Local.Kind == IceCandidateKind.Relayed || pair.Remote.Kind == IceCandidateKind.Relayed);
        activity?.SetTag("outcome", outcome.Status.ToString());
        activity?.SetStatus(outcome.IsConnected ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        ClientTelemetry.IceConnections.Add(1, new("outcome", outcome.Status.ToString()), new("relayed", isRelayed));
        if (outcome.IsConnected) ClientTelemetry.IceConnectTime.Record((_driver.Now - began).TotalSeconds);
        ClientLog.IceConnected(_logger, outcome.Status);
        return outcome;
    }

    /// <summary>
    /// Begins anew, as when the path is bad or the other side asks for it: other credentials, fresh server-reflexive candidates, all pairs checked again. The path
    /// that there is goes on being used until there is a new one.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting, by an exception; the attempt goes on.</param>
    /// <returns>The new path, or why there is none; the old one may go on.</returns>
    public Task<IceOutcome> RestartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        _driver.Do(
            static (machine, connection, now) =>
            {
                connection.BeginAttempt();
                machine.Restart(now);
                connection.SignalAnew(machine);
                return true;
            },
            this);
        _outgoing.Wake();
        return Volatile.Read(ref _attempt).Task.WaitAsync(cancellationToken);
    }

    /// <summary>Gives up the path and the allocations; TURN servers are waited for a second at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;

        await _closing.CancelAsync().ConfigureAwait(false);
        _watch?.Dispose();
        await _driver.DisposeAsync().ConfigureAwait(false);
        _attempt.TrySetResult(new IceOutcome(IceStatus.Closed));
        _gathered.TrySetResult();
        _events.Writer.TryComplete();
        if (_hasStarted != 0) ClientTelemetry.IceLive.Add(-1);
    }

    private void Start()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _hasStarted, 1) != 0) return;

        ClientTelemetry.IceLive.Add(1);
        OpenBases();
        _ = _servers.GatherAsync(_closing.Token);
        _ = SendSignalsAsync(_closing.Token);
        _ = ReceiveSignalsAsync(_closing.Token);
    }

    // Replaced while the machine is held.
    private void BeginAttempt()
    {
        if (_attempt.Task.IsCompleted) Volatile.Write(ref _attempt, NewAttempt());
    }

    private static TaskCompletionSource<IceOutcome> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
