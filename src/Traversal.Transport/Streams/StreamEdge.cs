using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>
/// All stream connections of a server, whatever they came in by, with their bounds and deadlines. Each belongs to one of the shards'
/// inboxes from its start.
/// </summary>
public sealed class StreamEdge : IAsyncDisposable
{
    /// <summary>How often deadlines are looked at; a connection is closed at most this long after its deadline.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<StreamInbox> _inboxes;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly SourceLimiter _limiter;
    private readonly HandshakeLimiter _handshakes;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sweeping;
    private int _open;
    private int _nextInbox;
    private volatile bool _stopping;
    private volatile bool _stopped;

    /// <summary>Makes an edge.</summary>
    /// <param name="options">Bounds; read once.</param>
    /// <param name="format">How frames stand in the streams.</param>
    /// <param name="inboxes">One for each shard; connections are dealt to them in turn.</param>
    /// <param name="time">The clock and the timers of the deadlines.</param>
    public StreamEdge(StreamOptions options, IFrameFormat format, IReadOnlyList<StreamInbox> inboxes, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(inboxes);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfZero(inboxes.Count, nameof(inboxes));
        options.Validate();
        Options = options;
        Format = format;
        _inboxes = inboxes;
        _time = time;
        _origin = time.GetTimestamp();
        _limiter = new SourceLimiter(options);
        _handshakes = new HandshakeLimiter(options);
        _timer = time.CreateTimer(static edge => ((StreamEdge)edge!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>What happened so far.</summary>
    public StreamCounters Counters { get; } = new();

    internal StreamOptions Options { get; }

    internal IFrameFormat Format { get; }

    internal TimeProvider Time => _time;

    /// <summary>Ticks of 100 ns since the edge was made.</summary>
    internal long Now => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Whether the shards are gone, so that nobody will release a connection.</summary>
    internal bool IsStopped => _stopped;

    /// <summary>Whether all connections are being closed.</summary>
    internal bool IsStopping => _stopping;

    /// <summary>
    /// Takes over a stream that somebody else accepted, such as a WebSocket. The stream is disposed of when the connection ends; when there is no
    /// room for it, it stays the caller's.
    /// </summary>
    public bool TryAttach(
        Stream stream, in TransportAddress local, in TransportAddress remote, [NotNullWhen(true)] out StreamConnection? connection)
    {
        ArgumentNullException.ThrowIfNull(stream);
        connection = null;
        if (!TryAdmit(in remote)) return false;
        if (TryStart(stream, socket: null, in local, in remote, Now, out connection)) return true;
        Dismiss(in remote);
        return false;
    }

    /// <summary>Closes all connections, and aborts those that do not close within <see cref="StreamOptions.CloseTimeout"/>. No new one is let in.</summary>
    /// <param name="cancellationToken">Ends the waiting early: what is open then is aborted by <see cref="DisposeAsync"/>.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Stop();
        ForEach(static connection => connection.BeginClose(StreamCloseReason.Shutdown));
        await _empty.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Aborts all connections. The shards must have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        _stopped = true;
        ForEach(static connection => connection.Abandon());
        await _empty.Task.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Counts a connection in, before anything is spent on it; <see cref="Dismiss"/> counts it out.</summary>
    /// <param name="remote">Where it comes from.</param>
    /// <param name="speaksForOthers">Whether that is a proxy, and not one source.</param>
    public bool TryAdmit(in TransportAddress remote, bool speaksForOthers = false)
    {
        if (_limiter.TryEnter(in remote, speaksForOthers, out bool tooManyOfSource)) return true;
        Counters.CountRefused(tooManyOfSource);
        return false;
    }

    /// <summary>Takes one of the TLS handshakes that there may be now.</summary>
    public bool TryBeginHandshake(in TransportAddress remote) => _handshakes.TryTake(in remote, Now);

    /// <summary>Counts out a connection that was admitted and not started.</summary>
    public void Dismiss(in TransportAddress remote) => _limiter.Leave(in remote);

    /// <summary>Counts a connection that was turned away before its first frame.</summary>
    public void CountFailure(UpgradeFailure failure) => Counters.CountFailedUpgrade(failure);

    /// <summary>Starts a connection that was admitted.</summary>
    internal bool TryStart(
        Stream stream,
        Socket? socket,
        in TransportAddress local,
        in TransportAddress remote,
        long openedAt,
        [NotNullWhen(true)] out StreamConnection? connection)
    {
        StreamInbox inbox = _inboxes[(int)((uint)Interlocked.Increment(ref _nextInbox) % (uint)_inboxes.Count)];
        connection = new StreamConnection(this, inbox, stream, socket, in local, in remote, openedAt);
        lock (_gate)
        {
            if (_stopping || !inbox.TryAdd(connection))
            {
                connection = null;
                return false;
            }

            _open++;
        }

        Counters.CountOpened();
        connection.Start();
        return true;
    }

    internal void OnEnded(StreamConnection connection)
    {
        _limiter.Leave(connection.Remote);
        Counters.CountClosed(connection.CloseReason);
        lock (_gate)
        {
            _open--;
            if (_stopping && _open == 0) _empty.TrySetResult();
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_open == 0) _empty.TrySetResult();
        }
    }

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1) return;
        long now = Now;
        foreach (StreamInbox inbox in _inboxes)
        {
            for (int index = 0; index < inbox.HighWater; index++) inbox.At(index)?.CheckDeadlines(now);
        }

        Volatile.Write(ref _sweeping, 0);
    }

    private void ForEach(Action<StreamConnection> action)
    {
        foreach (StreamInbox inbox in _inboxes)
        {
            for (int index = 0; index < inbox.HighWater; index++)
            {
                if (inbox.At(index) is { } connection) action(connection);
            }
        }
    }
}
