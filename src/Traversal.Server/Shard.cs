using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Traversal.Primitives;
using Traversal.Server.Rings;
using Traversal.Transport;
using Traversal.Transport.Proxies;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>
/// One worker: a thread that hands an engine's datagrams and its clients' frames to a relay state machine, and does what the machine's
/// verdicts and commands say. Nothing of it is shared but the rings between shards, so nothing is locked.
/// </summary>
internal sealed partial class Shard : IDisposable
{
    /// <summary>After so many batches that failed the worker gives up: it is broken beyond repair, and its log is to stay readable.</summary>
    private const int MaxDefects = 100;

    private readonly int _number;
    private readonly DatagramEngine _engine;
    private readonly RelayMachine _machine;
    private readonly ShardClock _clock;
    private readonly ILogger _logger;
    private readonly AuditLog _audit;
    private readonly Action _onGivenUp;
    private readonly ConcurrentQueue<Action<RelayMachine>> _orders = new();
    private readonly TimeSpan _idleTimeout;
    private readonly Thread _thread;
    private readonly bool _isAlone;
    private volatile bool _hasOrders;
    private volatile bool _stopping;
    private MonotonicTime _now;

    public Shard(
        int number,
        DatagramEngine engine,
        RelayMachine machine,
        HandOverRings rings,
        PeerLinks links,
        TurnServerOptions options,
        TrustedProxies? proxies,
        TimeProvider time,
        ILogger logger,
        Action onGivenUp)
    {
        _links = links;
        _rateBurst = options.Relay.RateBurst;
        _time = time;
        _number = number;
        _engine = engine;
        _machine = machine;
        _rings = rings;
        _doorbell = rings.DoorbellOf(number);
        _isAlone = rings.Shards == 1;
        _addressees = new int[rings.Shards];
        _isAddressee = new bool[rings.Shards];
        _proxies = proxies;
        _clock = new ShardClock(time);
        _logger = logger;
        _audit = new AuditLog(logger);
        _onGivenUp = onGivenUp;
        _idleTimeout = options.Relay.MaxLifetime;
        _connections = new SocketId[options.Streams.MaxConnections];
        Inbox = new StreamInbox(options.Streams.MaxConnections, engine.Wake);
        _thread = new Thread(Run) { Name = $"relay-{number}", IsBackground = true };
    }

    /// <summary>The shard's clients on streams.</summary>
    public StreamInbox Inbox { get; }

    /// <summary>All shards of the server, this one among them, by their numbers.</summary>
    public IReadOnlyList<Shard> Shards { get; set; } = [];

    /// <summary>What the engine did. Any thread may read.</summary>
    public EngineCounters EngineCounters => _engine.Counters;

    /// <summary>What the machine decided. Any thread may read.</summary>
    public RelayCounters RelayCounters => _machine.Counters;

    /// <summary>How many allocations are live: whoever has the answer that made or ended one finds it counted. Any thread may ask.</summary>
    public int Allocations => _machine.AllocationCount;

    public void Start() => _thread.UnsafeStart();

    /// <summary>Has something done to the machine on the shard's own thread, between two batches: credentials replaced, draining begun.</summary>
    public void Order(Action<RelayMachine> order)
    {
        _orders.Enqueue(order);
        _hasOrders = true;
        _engine.Wake();
    }

    /// <summary>Ends the thread after the present batch.</summary>
    /// <returns>False if it does not end in time.</returns>
    public bool Stop(TimeSpan timeout)
    {
        _stopping = true;
        _engine.Wake();
        return !_thread.IsAlive || _thread.Join(timeout);
    }

    public void Dispose()
    {
        foreach (PeerPort port in _peerPorts.Values) port.Dispose();
        _engine.Dispose();
    }

    private void Run()
    {
        for (int defects = 0; !_stopping && defects < MaxDefects;)
        {
            try
            {
                RunOnce();
            }
            catch (Exception defect)
            {
                // Nothing that comes from the network throws. What does is a defect, which costs the batch and not the clients.
                Debug.Fail(defect.ToString());
                defects++;
                Forget();
                TurnServerLog.WorkerFailed(_logger, _number, defect);
            }
        }

        if (!_stopping) _onGivenUp();
    }

    private void RunOnce()
    {
        // Since the last batch was read: a wait is longer than meant by what that took.
        ReadOnlySpan<Datagram> received = _engine.ReceiveUntil(_now, MayWait ? _machine.NextDeadline : _now);
        if (!_isAlone) _doorbell.Rise();
        Clock now = _clock.Read();
        _now = now.Now;
        OnDatagrams(received, in now);
        foreach (ref readonly PathError error in _engine.PathErrors) OnPathError(in error, in now);
        if (!_isAlone) OnHandOvers(in now);
        if (_hasOrders) Obey();
        if (_hasPeerEvents) OnPeerEvents(in now);
        OnStreams(in now);
        if (_machine.NextDeadline <= now.Now) _machine.OnTime(in now);
        Execute(in now);
        PublishHandOvers();
        Flush();
        while (_machine.TryTakeEnd(out AllocationEnd end)) _audit.Write(in end, now.Now);
    }

    private void Obey()
    {
        _hasOrders = false; // First: what is given from here on sets it again.
        while (_orders.TryDequeue(out Action<RelayMachine>? order)) order(_machine);
    }

    private bool MayWait => !_streamsWait && !_hasPeerEvents && MaySleep;
}
