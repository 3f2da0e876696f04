using Traversal.Peer.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;
using Traversal.Primitives;

namespace Traversal.Peer.Reliable;

/// <summary>
/// Many conversations, reliable and in order, over a path that carries datagrams and may lose, double and reorder them: acknowledgements of ranges, loss found
/// by time (RFC 8985, RFC 9002), a rate that follows what the path delivers, and packets that nobody else can make, change or repeat. Without sockets, threads
/// or clock, and for one thread.
/// </summary>
/// <remarks>
/// <para>
/// The driver hands in datagrams with <see cref="OnDatagram"/>, calls <see cref="OnTime"/> at <see cref="NextDeadline"/>, and after these, and after everything
/// that it does to a <see cref="Conversation"/>, takes what is to be sent with <see cref="TryTakeTransmit"/> and what has happened with
/// <see cref="TryTakeEvent"/>, until there is no more. A packet allocates nothing, either way.
/// </para>
/// <para>The path may change under it: <see cref="OnPathChanged"/> forgets what was learned of the old one, and the conversations go on.</para>
/// </remarks>
public sealed partial class ReliablePath : IDisposable
{
    /// <summary>The least length of the span for <see cref="TryTakeTransmit"/>.</summary>
    public const int MaxDatagramLength = ReliableLimits.MaxLength;

    private readonly ReliableOptions _options;
    private readonly Dictionary<long, Conversation> _conversations = [];
    private readonly Queue<Conversation> _events = new();
    private readonly long _firstOwnId, _firstPeerId;
    private long _nextOwnId, _nextPeerId, _peerConversationsOver;
    private bool _isCloseTold;

    /// <summary>A path on which nothing has been sent.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="random">Makes two that share a link probe it at different times.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public ReliablePath(ReliableOptions options, RandomSource random, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        _options = options;
        _firstOwnId = _nextOwnId = options.IsInitiator ? 0 : 1;
        _firstPeerId = _nextPeerId = options.IsInitiator ? 1 : 0;
        _seals = new PathSeals(options.Secret.Span, options.IsInitiator);
        _control = new CongestionControl(random);
        _lengths = new PathLength(options.MaxDatagramLength);
        _heardAt = now;
        _pacedUntil = now;
    }

    /// <summary>What it has seen and done.</summary>
    public ReliableCounters Counters { get; } = new();

    /// <summary>Whether nothing more is sent or delivered.</summary>
    public bool IsClosed => CloseReason != ReliableCloseReason.None;

    /// <summary>Why it is closed.</summary>
    public ReliableCloseReason CloseReason { get; private set; }

    /// <summary>The code with which it was closed; 0 where nobody gave one.</summary>
    public long CloseCode { get; private set; }

    /// <summary>The mean round trip; null before the first.</summary>
    public TimeSpan? RoundTrip => _roundTrips.IsKnown ? _roundTrips.Smoothed : null;

    /// <summary>How fast the path delivers, in bytes a second with the packets' own overhead; 0 before it is known.</summary>
    public double Bandwidth => _control.Bandwidth;

    /// <summary>The longest datagram that is known to pass.</summary>
    public int DatagramLength => _lengths.Current;

    /// <summary>The bytes that were sent and not yet acknowledged.</summary>
    public long BytesInFlight { get; private set; }

    /// <summary>Whether all that was written to all conversations has come to the other side.</summary>
    public bool IsDelivered => IsClosed || _conversations.Values.All(static conversation => conversation.IsDelivered);

    /// <summary>Opens a conversation. The other side learns of it with the first bytes.</summary>
    /// <returns>Null where the path is closed, or the other side takes no more at present.</returns>
    public Conversation? Open()
    {
        if (IsClosed || (_nextOwnId - _firstOwnId) / 2 >= _peerConversationLimit) return null;

        Conversation opened = new(this, _nextOwnId);
        _conversations.Add(_nextOwnId, opened);
        _nextOwnId += 2;
        return opened;
    }

    /// <summary>Takes what has happened next: of one conversation all at once.</summary>
    public bool TryTakeEvent(out ReliableEvent happened)
    {
        if (_events.TryDequeue(out Conversation? conversation))
        {
            happened = new ReliableEvent(conversation.PendingEvents, conversation);
            conversation.PendingEvents = ReliableEventKind.None;
            return true;
        }

        happened = new ReliableEvent(ReliableEventKind.Closed, null);
        bool isToTell = IsClosed && !_isCloseTold;
        _isCloseTold |= isToTell;
        if (!isToTell) happened = default;
        return isToTell;
    }

    /// <summary>Closes the path at once, whatever waits; the other side is told with one packet, which may be lost.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void Close(long code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, FrameWriter.MaxNumber);
        End(ReliableCloseReason.Closed, code, isToTell: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End(ReliableCloseReason.Closed, 0, isToTell: false);
        foreach (Conversation conversation in _conversations.Values) conversation.Release();
        _conversations.Clear();
        _seals.Dispose();
    }

    /// <summary>The blocks of bytes that have come and were not yet read.</summary>
    internal BlockTally Unread { get; } = new();

    internal void Raise(Conversation conversation, ReliableEventKind kind)
    {
        if (conversation.PendingEvents == ReliableEventKind.None) _events.Enqueue(conversation);
        conversation.PendingEvents |= kind;
    }

    /// <summary>A conversation may have ended.</summary>
    internal void ForgetIfOver(Conversation conversation)
    {
        if (!conversation.IsOver || !_conversations.Remove(conversation.Id)) return;

        conversation.Release();
        if ((conversation.Id & 1) != (_firstPeerId & 1)) return;

        // The other side may open another one for it; it is told when a quarter is over.
        _peerConversationsOver++;
        _isConversationLimitDue |= OwnConversationLimit - _toldConversationLimit >= ReliableLimits.MaxConversations / 4;
    }

    private long OwnConversationLimit => ReliableLimits.MaxConversations + _peerConversationsOver;

    private void End(ReliableCloseReason reason, long code, bool isToTell)
    {
        if (IsClosed) return;

        CloseReason = reason;
        CloseCode = code;
        _isCloseDue = isToTell;
        _ready.Clear();
        foreach (Conversation conversation in _conversations.Values) conversation.OnPathClosed(keepsUnread: reason == ReliableCloseReason.ClosedByPeer);
    }
}
