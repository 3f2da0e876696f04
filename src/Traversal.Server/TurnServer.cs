using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Traversal.Primitives;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>
/// A STUN and TURN server. Make one, <see cref="StartAsync"/> it, and dispose of it in the end; it can't be started twice. All members may be used
/// from any thread.
/// </summary>
public sealed partial class TurnServer : IAsyncDisposable
{
    private static readonly TimeSpan ThreadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50);

    private readonly TurnServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<StreamListener> _streamListeners = [];
    private readonly PeerLinks _links = new();
    private readonly ReservedPorts _reservedPorts = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Shard[] _shards = [];
    private StreamEdge? _streams;
    private RelayGroup? _group;
    private bool _started;
    private bool _stopped;
    private volatile bool _disposing;

    /// <summary>Creates a server; nothing is opened before <see cref="StartAsync"/>.</summary>
    /// <param name="options">What it does.</param>
    /// <param name="loggerFactory">Where it logs; nowhere if null.</param>
    /// <param name="time">Its clock; the system's if null.</param>
    public TurnServer(TurnServerOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Traversal.Server");
    }

    /// <summary>Where it listens, with the real ports where 0 was asked for. Empty before it has started.</summary>
    public IReadOnlyList<ListenEndpoint> Endpoints { get; private set; } = [];

    /// <summary>Where WebSockets are handed over; null before the start, and without <see cref="TurnServerOptions.AcceptsWebSockets"/>.</summary>
    public WebSocketGate? WebSockets { get; private set; }

    /// <summary>How many threads relay.</summary>
    public int Workers => _shards.Length;

    /// <summary>Which datagram engine was taken, and why.</summary>
    public string EngineChoice { get; private set; } = string.Empty;

    /// <summary>
    /// Completes when a worker has given up after many defects, which its log shows. Its clients are not served any more: start the process anew.
    /// </summary>
    public Task Failed => _failed.Task;

    /// <summary>How many allocations are live.</summary>
    public int Allocations => _shards.Sum(shard => shard.Allocations);

    /// <summary>What clients on TCP and TLS did so far; null before the start and where no listener is on either.</summary>
    public StreamCounters? StreamCounters => _streams?.Counters;

    /// <summary>Datagrams from trusted proxies that were dropped so far, because their header is missing or broken.</summary>
    public long BadProxyHeaders => _shards.Sum(shard => shard.BadProxyHeaders);

    /// <summary>The sum of one of the relay's counters over all workers.</summary>
    public long Count(RelayCounter counter) => _shards.Sum(shard => shard.RelayCounters[counter]);

    internal IReadOnlyList<Shard> Shards => _shards;

    /// <summary>The address at which a listener can be reached: itself, or the default route's where it listens on every address.</summary>
    public static TransportAddress ReachableAddress(in TransportAddress listener) =>
        listener.IsUnspecified ? DefaultRoute.FindSource(listener.Family).WithPort(listener.Port) : listener;

    /// <summary>
    /// Replaces the rules about peers. Permissions and channels that the new rules refuse end before the workers' next packet.
    /// </summary>
    /// <param name="allow">As <see cref="TurnServerOptions.AllowPeers"/>.</param>
    /// <param name="deny">As <see cref="TurnServerOptions.DenyPeers"/>.</param>
    /// <exception cref="TurnServerOptionsException">A rule can't be read; nothing is changed.</exception>
    public void ReplacePeerRules(IEnumerable<string> allow, IEnumerable<string> deny)
    {
        ArgumentNullException.ThrowIfNull(allow);
        ArgumentNullException.ThrowIfNull(deny);
        PeerPolicy policy = CreatePolicy(allow, deny);
        foreach (Shard shard in _shards) shard.Order(machine => machine.ReplacePeerPolicy(policy));
    }

    /// <summary>
    /// Closes an address and port of this machine to peers, as <see cref="TurnServerOptions.ProtectedEndpoints"/> does, in a running server; permissions
    /// and channels that lead there end.
    /// </summary>
    public void Protect(TransportAddress endpoint)
    {
        _group?.AddOwnEndpoint(in endpoint);
        foreach (Shard shard in _shards) shard.Order(static machine => machine.ReplacePeerPolicy(machine.PeerPolicy));
    }

    /// <summary>Opens all listeners and starts to serve.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="TurnServerOptionsException">An option can't be used.</exception>
    /// <exception cref="ListenException">A listener can't be opened, or a relay address is not of this machine. What was open is closed again.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_started || _stopped) throw new InvalidOperationException("A server is started once.");
            _started = true;
            await OpenOrCloseAsync().ConfigureAwait(false);
            foreach (Shard shard in _shards) shard.Start();
        }
        finally
        {
            _gate.Release();
        }

        foreach (ListenEndpoint endpoint in Endpoints.Concat(DiscoveryEndpoints)) TurnServerLog.Listening(_logger, endpoint);
        TurnServerLog.Relaying(_logger, Workers, EngineChoice);
    }

    /// <summary>
    /// Stops: new allocations are refused, live ones have <see cref="TurnServerOptions.DrainTimeout"/> to end, then everything is closed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for live allocations at once; everything is closed all the same.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_stopped) return;
            await DrainAsync(cancellationToken).ConfigureAwait(false);
            TurnServerLog.Stopped(_logger, Allocations);
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes everything at once, without waiting for allocations to end; a <see cref="StopAsync"/> that waits for them waits no longer.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposing = true;
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task OpenOrCloseAsync()
    {
        try
        {
            Open();
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        foreach (Shard shard in _shards) shard.Order(static machine => machine.IsDraining = true);
        if (Allocations == 0 || _disposing || cancellationToken.IsCancellationRequested) return;

        TurnServerLog.Draining(_logger, Allocations, _options.DrainTimeout);
        long start = _time.GetTimestamp();
        while (Allocations > 0 && _time.GetElapsedTime(start) < _options.DrainTimeout && !_disposing && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(DrainPoll, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CloseAsync()
    {
        _stopped = true;
        foreach (StreamListener listener in _streamListeners) await listener.DisposeAsync().ConfigureAwait(false);
        for (int number = 0; number < _shards.Length; number++)
        {
            // An engine that a thread still uses is left open rather than taken from under it.
            if (_shards[number].Stop(ThreadTimeout))
            {
                _shards[number].Dispose();
            }
            else
            {
                TurnServerLog.WorkerStuck(_logger, number, ThreadTimeout);
            }
        }

        _reservedPorts.Dispose();
        await _links.DisposeAsync().ConfigureAwait(false);
        if (_streams is not null) await _streams.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
    }
}
