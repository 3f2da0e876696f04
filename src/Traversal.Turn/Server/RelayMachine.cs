using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// A TURN server (RFC 8656) and STUN server (RFC 8489) without sockets, threads or clock: packets and time come in, verdicts and commands come out.
/// For one thread, but for what says otherwise.
/// </summary>
/// <remarks>
/// <para>
/// The driver hands in every packet of a listener or relay socket and does what the verdict says; the bytes of a verdict are good until the next
/// call. Where it has many at once it lets the machine <see cref="Anticipate"/> them, and <see cref="ForwardData"/> takes those that are quickly decided.
/// After every other call it takes the commands with <see cref="TryTakeCommand"/>, and it calls <see cref="OnTime"/> at <see cref="NextDeadline"/>.
/// </para>
/// <para>
/// Every table is bounded by the options. A packet of data allocates nothing. Nothing that comes from the network throws.
/// </para>
/// </remarks>
public sealed partial class RelayMachine
{
    /// <summary>The bytes in front of a peer's datagram, into which a header is written.</summary>
    public const int Headroom = 64;

    /// <summary>
    /// The least length of the reply span. Data from one client of the server to another may have to be copied into it: what is longer than the span
    /// is dropped then, so a span for the largest datagram is better.
    /// </summary>
    public const int MinReplyLength = 2048;

    internal const int NoSlot = -1;

    /// <summary>
    /// For the methods that each packet of data goes through. They are compiled once, and well: what the runtime learns of a program while it starts is that
    /// requests come in and hardly any data. A verdict is written where the caller wants it when it is returned as it was returned, and copied when the
    /// method that makes it is inlined, which costs more than a call.
    /// </summary>
    internal const MethodImplOptions DataPath = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>How many allocations one call looks after when their time has come.</summary>
    private const int MaxTimersPerCall = 1024;

    /// <summary>How many ended allocations wait to be taken; later ones are not told.</summary>
    private const int MaxEnds = 1024;

    /// <summary>The most shards of a group.</summary>
    internal const int MaxShards = 256;

    private readonly RelayGroup _group;
    private readonly RelayOptions _options;
    private readonly int _shard;
    private readonly RandomSource _random;
    private readonly NonceKeeper _nonces;
    private readonly ReplyLimiter _limiter;
    private readonly UserTable _users = new();
    private readonly Dictionary<SocketId, Listener> _listeners = [];
    private readonly AllocationTable _allocations;
    private readonly TicketSealer? _tickets;
    private readonly KeyedIndex<ClientPath> _movers;
    private readonly PermissionTable _permissions;
    private readonly ChannelTable _channels;
    private readonly DeadlineWheel _wheel = new();
    private readonly Queue<RelayCommand> _commands = new();
    private readonly RelayCounters _counters = new();
    private readonly Queue<AllocationEnd> _ends = new();
    private readonly RateLimit _rate;
    private readonly RateLimit _userRate;
    private readonly bool _limitsUsers;
    private readonly byte[] _software;
    private volatile CredentialSnapshot _credentials;
    private PeerPolicy _policy;
    private int _policyVersion;

    /// <summary>A machine that is alone.</summary>
    public RelayMachine(RelayOptions options, CredentialSnapshot credentials, RandomSource random)
        : this(new RelayGroup(options, random), 0, credentials, random)
    {
    }

    /// <summary>One of the machines of a server.</summary>
    /// <param name="group">What they share.</param>
    /// <param name="shard">The number of this one, from 0 and different from the others'.</param>
    /// <param name="credentials">Who may use it.</param>
    /// <param name="random">Draws the seeds of its tables.</param>
    public RelayMachine(RelayGroup group, int shard, CredentialSnapshot credentials, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, MaxShards);
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(random);
        _group = group;
        _options = group.Options;
        _shard = shard;
        _random = random;
        _credentials = Checked(credentials);
        _policy = _options.PeerPolicy;
        _nonces = new NonceKeeper(group.NonceSecret, _options.NonceLifetime);
        group.Join();
        _limiter = new ReplyLimiter(group, random);
        _rate = new RateLimit(_options.BytesPerSecond, _options.PacketsPerSecond, _options.RateBurst);
        _userRate = new RateLimit(_options.BytesPerSecondPerUser, _options.PacketsPerSecondPerUser, _options.RateBurst);
        _limitsUsers = _options.LimitsUsers;
        _newPeers = new LeakyRate(_options.NewPeersPerSecond, _options.NewPeerBurst);
        _software = _options.Software is { } software ? System.Text.Encoding.UTF8.GetBytes(software) : [];
        _allocations = new AllocationTable(random, _options.MaxAllocations);
        _permissions = new PermissionTable(random);
        _channels = new ChannelTable(random);
        _movers = new KeyedIndex<ClientPath>(random);
        _tickets = _options.Mobility ? new TicketSealer(group.TicketSecret) : null;
        _indicationIds = random.NextUInt64();
        _origin = shard;
        _strangers = new KeyedIndex<Stranger>(random);
        _strangerRegister = group.StrangersOf(shard);
    }

    /// <summary>What the machine has done. Any thread may read it.</summary>
    public RelayCounters Counters => _counters;

    /// <summary>How many allocations there are, those included whose socket is being opened. Any thread may read it.</summary>
    public int AllocationCount => _allocations.Count;

    /// <summary>
    /// Who may use the relay. Any thread may set it. Allocations go on; their next request must be by a user that the new snapshot has, though one
    /// whose time is over may keep what it has.
    /// </summary>
    /// <exception cref="ArgumentException">The realm is another one.</exception>
    public CredentialSnapshot Credentials
    {
        get => _credentials;
        set => _credentials = Checked(value);
    }

    /// <summary>Whether new allocations are refused with 508, because the server is about to stop.</summary>
    public bool IsDraining { get; set; }

    /// <summary>When to call <see cref="OnTime"/>; it may be a little before there is anything to do.</summary>
    public MonotonicTime NextDeadline => _wheel.NextDeadline;

    /// <summary>Whether <see cref="TryTakeCommand"/> has one.</summary>
    public bool HasCommands => _commands.Count > 0;

    /// <summary>Takes the next command; to be called until there is none after every other call.</summary>
    public bool TryTakeCommand(out RelayCommand command) => _commands.TryDequeue(out command);

    /// <summary>Takes what is to be said of the next allocation that ended. Who has no use for that need not take it.</summary>
    public bool TryTakeEnd(out AllocationEnd end) => _ends.TryDequeue(out end);

    /// <summary>Announces a UDP listener.</summary>
    /// <param name="via">Its number.</param>
    /// <param name="local">Where it listens. No client may reach that through the relay.</param>
    /// <param name="kind">For a stream listener only the address is noted; its connections are announced with <see cref="OnClientConnected"/>.</param>
    /// <param name="relay">For a listener on a wildcard address: where relay sockets are opened when none is configured.</param>
    public void AddListener(SocketId via, in TransportAddress local, ListenerKind kind, in TransportAddress relay = default)
    {
        TransportAddress reached = (relay.IsNone ? local : relay).Unmapped();
        _group.AddOwnEndpoint(in local);
        _group.LearnHost(in reached);
        if (kind != ListenerKind.Datagram) return;

        int number = _group.NumberListener(in local);
        _listeners[via] = new Listener(kind, reached, default, number);
        AddShare(number, via);
    }

    /// <summary>Announces a stream connection; the driver bounds their number.</summary>
    /// <param name="via">Its number.</param>
    /// <param name="local">The server's end.</param>
    /// <param name="remote">The client's end, by which its frames are handed in.</param>
    /// <param name="isMessages">Whether it carries nothing but messages, as a WebSocket: it can then not carry the data of a TCP allocation (RFC 6062).</param>
    public void OnClientConnected(SocketId via, in TransportAddress local, in TransportAddress remote, bool isMessages = false)
    {
        TransportAddress reached = local.Unmapped();
        _listeners[via] = new Listener(ListenerKind.Stream, reached, remote, NoSlot, isMessages);
    }

    /// <summary>Says that a connection was closed, or a listener: a connection's allocation ends with it, unless it is mobile.</summary>
    public void OnClientGone(SocketId via, in Clock now)
    {
        if (!_listeners.Remove(via, out Listener? listener) || listener.Kind != ListenerKind.Stream) return;

        _ = ref _allocations.Find(via, in listener.Remote, out int index);
        if (index != NoSlot && !TryOrphan(index)) Close(index, RelayCounter.AllocationsClosed);
        if (index == NoSlot && FindMover(via, in listener.Remote) is var mover and not NoSlot) CancelMove(_mobile[mover], keeps: default);
    }

    /// <summary>
    /// Does what is due, but not much at once, so that packets need not wait: <see cref="NextDeadline"/> stays due while there is more.
    /// </summary>
    public void OnTime(in Clock now)
    {
        for (int i = 0; i < MaxTimersPerCall && _wheel.TryTakeExpired(now.Now, out int index); i++) OnAllocationTimer(index, now.Now);
    }

    private CredentialSnapshot Checked(CredentialSnapshot credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return string.Equals(credentials.Realm, _options.Realm, StringComparison.Ordinal)
            ? credentials
            : throw new ArgumentException("The credentials were made for another realm.", nameof(credentials));
    }
}
