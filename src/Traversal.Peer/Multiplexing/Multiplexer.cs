using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

/// <summary>
/// Several streams, and datagrams, over one connection that carries bytes in order and is secured already. Without sockets, threads or clock, and for one thread.
/// </summary>
/// <remarks>
/// <para>
/// The driver says <see cref="SendHello"/> once, hands in what comes with <see cref="OnBytes"/>, and after that, and after everything that it does to the
/// multiplexer or a <see cref="MultiplexedStream"/>, takes what is to be sent with <see cref="TryTakeTransmit"/> and what has happened with
/// <see cref="TryTakeEvent"/>, until there is no more. In the long run a byte allocates nothing, either way, and an idle stream holds no buffers.
/// </para>
/// <para>
/// Before the other side's hello has come, up to 4 streams may be opened and 16 KB be sent on each: what every side allows. Streams may be opened without a
/// round trip; the other side learns of one with its first frame, and then takes those with lower numbers for open too.
/// </para>
/// </remarks>
public sealed partial class Multiplexer : IDisposable
{
    /// <summary>The least length of the span for <see cref="TryTakeTransmit"/>.</summary>
    public const int MinTransmitLength = MultiplexerLimits.MaxFrameLength;

    /// <summary>The most bytes of a hello.</summary>
    public const int MaxHelloLength = 16_000;

    private const MultiplexerEventKind Nothing = MultiplexerEventKind.None;

    private readonly Dictionary<long, MultiplexedStream> _streams = [];
    private readonly Queue<MultiplexedStream> _events = new();
    private readonly long _firstOwnId, _firstPeerId;
    private long _nextOwnId, _nextPeerId, _peerStreamsOver, _ownStreamLimit, _peerStreamLimit = MultiplexerLimits.LeastStreams;
    private long _peerStreamWindow = MultiplexerLimits.LeastStreamWindow;
    private MultiplexerEventKind _pendingEvents;
    private bool _wantsStream, _isCloseTold;

    /// <summary>A multiplexer on a connection that carries nothing yet.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Multiplexer(MultiplexerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        Options = options;
        _firstOwnId = _nextOwnId = options.IsInitiator ? 0 : 1;
        _firstPeerId = _nextPeerId = options.IsInitiator ? 1 : 0;
        _ownStreamLimit = options.MaxStreams;
        _limit = options.ConnectionWindow;
    }

    /// <summary>What it has seen and done.</summary>
    public MultiplexerCounters Counters { get; } = new();

    /// <summary>What the other side has said first; empty before <see cref="MultiplexerEventKind.Hello"/>.</summary>
    public ReadOnlyMemory<byte> PeerHello { get; private set; }

    /// <summary>Whether nothing more is sent or taken.</summary>
    public bool IsClosed => CloseReason != MultiplexerCloseReason.None;

    /// <summary>Whether it was the other side that closed it.</summary>
    public bool IsClosedByPeer { get; private set; }

    /// <summary>Why it is closed.</summary>
    public MultiplexerCloseReason CloseReason { get; private set; }

    /// <summary>The code with which it was closed; 0 where nobody gave one.</summary>
    public long CloseCode { get; private set; }

    /// <summary>Whether the other side has said <see cref="Admit"/>.</summary>
    public bool IsAdmitted { get; private set; }

    /// <summary>How many streams are open, of both sides together.</summary>
    public int StreamCount => _streams.Count;

    internal MultiplexerOptions Options { get; }

    private bool MayUse => IsAdmitted || !Options.NeedsAdmission;

    private long OwnStreamLimit => Options.MaxStreams + _peerStreamsOver;

    /// <summary>Opens a stream. The other side learns of it with the first bytes, or with <see cref="MultiplexedStream.Announce"/>.</summary>
    /// <returns>
    /// Null where the multiplexer is closed, the other side has not said <see cref="Admit"/>, or the other side takes no more at present: then <see cref="MultiplexerEventKind.StreamsAllowed"/> says when to try
    /// again.
    /// </returns>
    public MultiplexedStream? Open()
    {
        if (!MayUse) return null;
        _wantsStream = !IsClosed && (_nextOwnId - _firstOwnId) / 2 >= _peerStreamLimit;
        if (IsClosed || _wantsStream) return null;

        MultiplexedStream opened = new(this, _nextOwnId, _peerStreamWindow);
        _streams.Add(_nextOwnId, opened);
        _nextOwnId += 2;
        return opened;
    }

    /// <summary>Takes what has happened next: of one stream all at once. A hello comes before all else.</summary>
    public bool TryTakeEvent(out MultiplexerEvent happened)
    {
        happened = default;
        if (_pendingEvents != Nothing)
        {
            happened = new MultiplexerEvent(_pendingEvents, null);
            _pendingEvents = Nothing;
        }
        else if (_events.TryDequeue(out MultiplexedStream? stream))
        {
            happened = new MultiplexerEvent(stream.PendingEvents, stream);
            stream.PendingEvents = Nothing;
            ForgetIfOver(stream);
        }
        else if (IsClosed && !_isCloseTold)
        {
            happened = new MultiplexerEvent(MultiplexerEventKind.Closed, null);
            _isCloseTold = true;
        }

        return happened.Kinds != Nothing;
    }

    /// <summary>
    /// Closes at once: what was written and not yet taken by <see cref="TryTakeTransmit"/> is given up, and so is what was not read. The other side learns the
    /// reason and the code behind everything that was taken, and may still read that. Nothing where it is closed.
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number, or <paramref name="reason"/> is none.</exception>
    public void Close(MultiplexerCloseReason reason, long code)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((byte)reason, (byte)MultiplexerCloseReason.None, nameof(reason));
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, FrameWriter.MaxNumber);
        _isCloseDue = !IsClosed;
        End(reason, code, isByPeer: false);
    }

    /// <summary>Gives back all memory. The other side is not told.</summary>
    public void Dispose()
    {
        _isCloseDue = false;
        End(MultiplexerCloseReason.Application, 0, isByPeer: false);
        foreach (MultiplexedStream stream in _streams.Values) stream.DropUnread();
        _streams.Clear();
        _arriving?.Clear();
    }

    internal void Raise(MultiplexedStream stream, MultiplexerEventKind kind)
    {
        if (stream.PendingEvents == Nothing) _events.Enqueue(stream);
        stream.PendingEvents |= kind;
    }

    /// <summary>A stream may have ended.</summary>
    internal void ForgetIfOver(MultiplexedStream stream)
    {
        if (!stream.IsForgettable || !_streams.Remove(stream.Id) || (stream.Id & 1) != (_firstPeerId & 1)) return;

        // The other side may open another one for it; it is told when a quarter is over.
        _peerStreamsOver++;
        _isStreamLimitDue |= OwnStreamLimit - _ownStreamLimit >= Options.MaxStreams / 4;
    }

    private void End(MultiplexerCloseReason reason, long code, bool isByPeer)
    {
        if (IsClosed) return;

        (CloseReason, CloseCode, IsClosedByPeer) = (reason, code, isByPeer);
        foreach (MultiplexedStream stream in _streams.Values)
        {
            stream.ReleaseUnsent();
            if (!isByPeer) stream.DropUnread();
        }

        ForgetWhatIsToSend();
        if (!isByPeer) _arriving?.Clear();
    }
}
