using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Traversal.Peer.Multiplexing;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <summary>
/// The streams of a connection inside of its TLS session. The multiplexer is held by one thread at a time; streams are woken after it was let go, and run the
/// application's code in other threads than the one that reads for all.
/// </summary>
internal sealed partial class PeerSession : IReliableUser, IAsyncDisposable
{
    private readonly PeerConnectionOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly PeerCarrier _carrier;
    private readonly TlsSession _tls;
    private readonly Multiplexer _multiplexer;
    private readonly MonotonicClock _clock;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly HashSet<PeerStream> _streams = [];
    private readonly Channel<PeerStream> _accepted = Channel.CreateUnbounded<PeerStream>();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _hello = NewSignal(), _admitted = NewSignal(), _readEnd = NewSignal(), _over = NewSignal();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly AsyncSignal _mayOpen = new(runsInline: false);
    private MonotonicTime _heardAt;
    private PeerConnectionException? _failure;

    public PeerSession(PeerCarrier carrier, TlsSession tls, PeerConnectionOptions options, ClientEnvironment environment)
    {
        _carrier = carrier;
        _tls = tls;
        _options = options;
        _environment = environment;
        _clock = new MonotonicClock(environment.Time);
        _heardAt = _clock.Now;
        _multiplexer = new Multiplexer(new MultiplexerOptions
        {
            IsInitiator = carrier.IsInitiator,
            NeedsAdmission = true,
            MaxStreams = options.MaxStreams,
            MaxDatagramLength = MaxLengthInStream,
        });
        if (carrier is ReliableCarrier path) path.SetUser(this);
        _timer = environment.Time.CreateTimer(static session => ((PeerSession)session!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PeerCarrier Carrier => _carrier;

    public string Protocol => _tls.Protocol;

    /// <summary>Completes when the connection is over, however.</summary>
    public Task Over => _over.Task;

    /// <summary>Why it is over; null while it is not.</summary>
    public PeerConnectionException? Failure => Volatile.Read(ref _failure);

    /// <summary>Begins to read, and to ask for signs of life.</summary>
    public void Start()
    {
        _ = ReadAsync();
        OnTimer();
    }

    /// <summary>Opens a stream; waits where the other side takes no more at present.</summary>
    public async ValueTask<PeerStream> OpenAsync(CancellationToken cancellationToken)
    {
        if (TryOpen(out PeerStream? stream)) return stream;

        // In the order in which they came.
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!TryOpen(out stream)) await _mayOpen.WaitAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Waits for a stream that the other side opens.</summary>
    public async ValueTask<PeerStream> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            PeerStream accepted = await _accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Do(static (_, stream) => { stream.IsHeld = false; }, accepted.Inner);
            return accepted;
        }
        catch (ChannelClosedException)
        {
            throw Failure!.Again();
        }
    }

    public ValueTask DisposeAsync()
    {
        End(new PeerConnectionException("The connection was disposed of.") { Reason = PeerCloseReason.Closed });
        return new ValueTask(Over);
    }

    /// <summary>Does something to the multiplexer, and sends what comes of it.</summary>
    internal TResult Do<TResult, TState>(Func<Multiplexer, TState, TResult> action, TState state)
    {
        TResult result;
        lock (_gate) result = action(_multiplexer, state);
        TakeEvents();
        Pump();
        return result;
    }

    /// <inheritdoc cref="Do{TResult, TState}"/>
    internal void Do<TState>(Action<Multiplexer, TState> action, TState state)
    {
        lock (_gate) action(_multiplexer, state);
        TakeEvents();
        Pump();
    }

    /// <summary>A stream may have ended.</summary>
    internal void Forget(PeerStream stream)
    {
        lock (_gate) _streams.Remove(stream);
    }

    internal void ThrowIfOver()
    {
        if (Failure is { } failure) throw failure.Again();
    }

    private bool TryOpen([NotNullWhen(true)] out PeerStream? stream)
    {
        lock (_gate)
        {
            ThrowIfOver();
            stream = _multiplexer.Open() is { } opened ? Wrap(opened) : null;
            return stream is not null;
        }
    }

    // Until somebody asks for it, it counts as open, so that they cannot pile up.
    private void Keep(MultiplexedStream opened)
    {
        opened.IsHeld = true;
        _accepted.Writer.TryWrite(Wrap(opened));
    }

    private PeerStream Wrap(MultiplexedStream inner)
    {
        var stream = new PeerStream(this, inner);
        inner.Tag = stream;
        _streams.Add(stream);
        return stream;
    }

    private void TakeEvents()
    {
        while (true)
        {
            MultiplexerEvent happened;
            lock (_gate)
            {
                if (!_multiplexer.TryTakeEvent(out happened)) return;
                if (happened.Kinds.HasFlag(MultiplexerEventKind.Opened)) Keep(happened.Stream!);
            }

            OnEvent(in happened);
        }
    }

    private void OnEvent(in MultiplexerEvent happened)
    {
        if (happened.Stream is { } stream)
        {
            (stream.Tag as PeerStream)?.OnEvent(happened.Kinds);
            return;
        }

        if (happened.Kinds.HasFlag(MultiplexerEventKind.Hello)) _hello.TrySetResult();
        if (happened.Kinds.HasFlag(MultiplexerEventKind.Admitted)) _admitted.TrySetResult();
        if (happened.Kinds.HasFlag(MultiplexerEventKind.StreamsAllowed)) _mayOpen.Set();
        if (happened.Kinds.HasFlag(MultiplexerEventKind.Datagram)) TakeDatagrams();
        if (happened.Kinds.HasFlag(MultiplexerEventKind.Closed)) OnClosed();
    }

    /// <summary>The connection is over: whoever waits learns why, and what is under it is let go.</summary>
    private void End(PeerConnectionException why)
    {
        if (Interlocked.CompareExchange(ref _failure, why, null) is not null) return;

        PeerStream[] streams;
        lock (_gate) streams = [.. _streams];
        _accepted.Writer.TryComplete();
        foreach (PeerStream stream in streams) stream.OnEvent(MultiplexerEventKind.Readable | MultiplexerEventKind.Writable);
        _hello.TrySetResult();
        _admitted.TrySetResult();
        _mayOpen.Set();
        CloseDatagrams();
        _ = LetGoAsync();
    }

    private async Task LetGoAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _carrier.DisposeAsync().ConfigureAwait(false);
        await _readEnd.Task.ConfigureAwait(false);
        await _tls.Stream.DisposeAsync().ConfigureAwait(false);
        _over.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
