using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>
/// One allocation on a TURN server, made and kept alive (RFC 8656), without sockets, threads or clock: messages and time come in, messages and events come
/// out. For one thread.
/// </summary>
/// <remarks>
/// <para>
/// The driver owns one 5-tuple. It hands in what comes from the server's address, and nothing else, with <see cref="OnMessage"/>; calls
/// <see cref="OnTime"/> at <see cref="NextDeadline"/>; and after every call takes what is to be sent with <see cref="TryTakeTransmit"/> and what has happened
/// with <see cref="TryTakeEvent"/>, until there is no more. A message to a peer is made in place with <see cref="TryWrap"/>.
/// </para>
/// <para>
/// Every table is bounded by the options. A packet of data allocates nothing, but for the first to a peer. Nothing that comes from the network throws.
/// </para>
/// </remarks>
public sealed partial class TurnAllocation
{
    /// <summary>The least length of the span for <see cref="TryTakeTransmit"/>.</summary>
    public const int MaxTransmitLength = ClientLimits.MaxRequestBytes;

    private readonly TurnAllocationOptions _options;
    private readonly TurnServerMemory _memory;
    private readonly Authenticator _authenticator;
    private readonly RandomSource _random;
    private readonly byte[] _software;
    private readonly List<PendingRequest> _requests = [];
    private readonly Queue<TurnEvent> _events = new();
    private readonly PermissionList _permissions;
    private readonly ChannelList _channels;
    private MonotonicTime _expiresAt = MonotonicTime.Never;
    private MonotonicTime _refreshAt = MonotonicTime.Never;
    private MonotonicTime _heardAt;

    /// <summary>Begins an allocation; the first request is there to be taken.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="memory">What is known of the server, shared with other allocations there.</param>
    /// <param name="credential">Who the client is.</param>
    /// <param name="random">Draws transaction ids, which must not be guessed.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public TurnAllocation(TurnAllocationOptions options, TurnServerMemory memory, TurnCredential credential, RandomSource random, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(random);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        _options = options;
        _memory = memory;
        _random = random;
        _authenticator = new Authenticator(memory, credential);
        _software = options.Software is { } software ? Encoding.UTF8.GetBytes(software) : [];
        _permissions = new PermissionList(random, options.MaxPermissions);
        _channels = new ChannelList(random, options.MaxChannels);
        _indicationIds = random.NextUInt64();
        _wishesMobility = options.Mobility;
        _wishesDontFragment = options.DontFragment;
        _wishesFamily = options.Family != IPFamily.None;
        if (!options.Server.IsNone) options.Redirections?.Visit(options.Server, now);
        Issue(new PendingRequest(RequestKind.Allocate), now);
        Pump(now);
    }

    /// <summary>How far it is.</summary>
    public TurnAllocationState State { get; private set; }

    /// <summary>Why it is over; null as long as it is not.</summary>
    public TurnFailure? Failure { get; private set; }

    /// <summary>Where the server sees the client: its address behind a NAT.</summary>
    public TransportAddress MappedAddress { get; private set; }

    /// <summary>Where peers reach the client.</summary>
    public TransportAddress RelayedAddress { get; private set; }

    /// <summary>The same of the additional family; the default where there is none.</summary>
    public TransportAddress AdditionalRelayedAddress { get; private set; }

    /// <summary>
    /// Why the server gave one of two families only: 440, after which it is not to be asked for that family again, or 508, after which not within a minute
    /// (RFC 8656 section 7.3). <see cref="StunErrorCode.None"/> where it gave what was asked.
    /// </summary>
    public StunErrorCode AdditionalFamilyRefusal { get; private set; }

    /// <summary>The token for the next port, where it was asked for and reserved.</summary>
    public ulong? ReservationToken { get; private set; }

    /// <summary>Whether the server can send data unfragmented.</summary>
    public bool CanForbidFragments => _wishesDontFragment && State == TurnAllocationState.Allocated;

    /// <summary>Whether the allocation survives a change of the client's address.</summary>
    public bool IsMobile => _ticket.Length > 0;

    /// <summary>When the server ends it unless it is refreshed.</summary>
    public MonotonicTime ExpiresAt => _expiresAt;

    /// <summary>What it has done. Any thread may read it.</summary>
    public TurnClientCounters Counters { get; } = new();

    /// <summary>When to call <see cref="OnTime"/>; <see cref="MonotonicTime.Never"/> when it is over.</summary>
    public MonotonicTime NextDeadline { get; private set; }

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now) => Pump(now);

    /// <summary>Takes the next message to the server; to be called until there is none after every other call.</summary>
    /// <param name="destination">Where it is written: at least <see cref="MaxTransmitLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="length">How long it is; 0 where there is none.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeTransmit(Span<byte> destination, MonotonicTime now, out int length)
    {
        if (destination.Length < MaxTransmitLength) throw new ArgumentException($"At least {MaxTransmitLength} bytes.", nameof(destination));

        Pump(now);
        if (_requests.Find(request => request.IsDue) is not { } due) return TryAnnounce(destination, now, out length);

        length = due.Take(destination);
        Counters.Add(due.Transmissions == 1 ? TurnClientCounter.Requests : TurnClientCounter.Retransmissions);
        Reschedule();
        return true;
    }

    /// <summary>Takes what has happened next.</summary>
    public bool TryTakeEvent(out TurnEvent next) => _events.TryDequeue(out next);

    /// <summary>
    /// Gives the allocation up. It ends when the server has answered, or has not; who does not want to wait sends what is to be sent and forgets it.
    /// </summary>
    public void Close(MonotonicTime now)
    {
        if (State < TurnAllocationState.Closing) Delete(new TurnFailure(TurnFailureReason.Closed), now);
    }

    /// <summary>
    /// Says that the path to the server is gone: the connection was closed, or an ICMP error says that nobody is there (RFC 8489 section 6.2.1). A mobile
    /// allocation may be told of a new path instead, with <see cref="OnPathChanged"/>.
    /// </summary>
    public void OnPathLost() => End(_endsAs ?? new TurnFailure(TurnFailureReason.PathLost));

    private void Raise(in TurnEvent happened)
    {
        if (_events.Count < ClientLimits.MaxEvents)
            _events.Enqueue(happened);
        else
            Counters.Add(TurnClientCounter.DroppedEvents);
    }

    private void End(TurnFailure failure)
    {
        if (State == TurnAllocationState.Ended) return;

        State = TurnAllocationState.Ended;
        Failure = failure;
        _requests.Clear();

        // The last event is always told.
        _events.Enqueue(new TurnEvent(TurnEventKind.Ended, Code: failure.Code));
        Reschedule();
    }
}
