using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

/// <summary>
/// Finds out what stands between a client and a server: how a NAT maps ports and whom it lets in, whether it hairpins and how long it remembers (RFC
/// 5780 section 4). Its caller owns the sockets, all bound at one local address and open to everybody: it sends what <see cref="TryTake"/> gives, hands
/// in what arrives, and calls again at <see cref="NextDeadline"/> until <see cref="IsComplete"/>.
/// </summary>
/// <remarks>
/// Tests run side by side where one does not disturb another: filtering is tested from a port that has sent to nobody but the server's first address. New
/// requests are 100 ms apart and a little more (RFC 5780 section 5). One thread at a time.
/// </remarks>
public sealed partial class BehaviorDiscovery
{
    /// <summary>A buffer of this length holds whatever is to be sent.</summary>
    public const int MaxDatagramLength = 64;

    private const int MappingSocket = 0;
    private const int FilteringSocket = 1;
    private const int FirstLifetimeSocket = 2;

    /// <summary>Ten new transactions a second (RFC 5780 section 5).</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    // So that the retransmissions of one do not meet those of the next.
    private const int MaxJitterMilliseconds = 40;

    private readonly List<Probe> _probes = [];
    private readonly DiscoverySettings _settings;
    private readonly TransportAddress _local;
    private readonly RandomSource _random;
    private readonly Probe _mappingFirst;
    private readonly Probe _filteringFirst;
    private RetransmissionSchedule _schedule;
    private MonotonicTime _mayStart;
    private TransportAddress _other;
    private Probe? _mappingOther;
    private Probe? _mappingOtherPort;
    private Probe? _filteringBoth;
    private Probe? _filteringPort;
    private Probe? _hairpinForth;
    private Probe? _hairpinBack;

    /// <summary>Begins.</summary>
    /// <param name="settings">Whom to ask, and what.</param>
    /// <param name="local">The local address of the first socket, by which a NAT is recognised.</param>
    /// <param name="random">Where transaction ids come from.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ArgumentException">The server is no address, or the settings contradict each other.</exception>
    public BehaviorDiscovery(DiscoverySettings settings, in TransportAddress local, RandomSource random, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(random);
        if (settings.Server.IsNone || settings.Server.Family != local.Family) throw new ArgumentException("The server is no address of the local IP version.", nameof(settings));
        if (!settings.SecondServer.IsNone && (settings.SecondServer.Family != local.Family || settings.SecondServer.HasSameAddress(settings.Server)))
            throw new ArgumentException("The second server is not at another address of the same IP version.", nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.LongestSilence, TimeSpan.FromHours(1), nameof(settings));

        (_settings, _local, _random, _schedule, _mayStart) = (settings, local, random, settings.Retransmission, now);
        _mappingFirst = Add(new Probe(MappingSocket, settings.Server, now));
        _filteringFirst = Add(new Probe(FilteringSocket, settings.Server, now));
        _bindings = [.. SilencesUpTo(settings.LongestSilence).Select((silence, index) => new BindingTest(FirstLifetimeSocket + index, silence))];
    }

    /// <summary>How many sockets it needs; they are numbered from 0.</summary>
    public int Sockets => FirstLifetimeSocket + _bindings.Length;

    /// <summary>Whether everything that can be found out is.</summary>
    public bool IsComplete => _probes.TrueForAll(probe => !probe.IsPending);

    /// <summary>When to call <see cref="TryTake"/> next; <see cref="MonotonicTime.Never"/> when it is complete.</summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (Probe probe in _probes) next = MonotonicTime.Min(next, DeadlineOf(probe));
            return next;
        }
    }

    /// <summary>Takes the next datagram that is due; to be called until it returns false.</summary>
    /// <param name="now">The time.</param>
    /// <param name="buffer">Receives the datagram; <see cref="MaxDatagramLength"/> long.</param>
    /// <param name="datagram">Where it is to be sent.</param>
    public bool TryTake(MonotonicTime now, Span<byte> buffer, out DiscoveryDatagram datagram)
    {
        // What times out may bring further probes, behind those that are gone through.
        for (int i = 0; i < _probes.Count; i++)
        {
            Probe probe = _probes[i];
            if (DeadlineOf(probe) > now) continue;
            if (!probe.HasStarted) Start(probe, now);

            int length = probe.OnTime(now, buffer);
            if (!probe.IsPending) Advance(now);
            if (length == 0) continue;

            datagram = new DiscoveryDatagram(probe.Socket, probe.Destination, length);
            return true;
        }

        datagram = default;
        return false;
    }

    /// <summary>Takes a datagram that arrived. Whatever was not asked for is passed over.</summary>
    /// <param name="socket">At which socket.</param>
    /// <param name="datagram">Its payload.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="now">The time.</param>
    public void OnDatagram(int socket, ReadOnlySpan<byte> datagram, in TransportAddress source, MonotonicTime now)
    {
        if (StunMessage.TryParse(datagram, out StunMessage message) != StunParseStatus.Ok || message.Method != StunMethod.Binding) return;
        if (message.HasFingerprint && !message.IsFingerprintValid()) return;

        TransactionId id = message.TransactionId;
        Probe? probe = _probes.Find(one => one.IsAbout(in id));
        if (probe is null) return;

        probe.OnMessage(in message, socket, in source, now);
        if (!probe.IsPending) Advance(now);
    }

    /// <summary>Takes that a datagram could not be sent, for want of a route say: its request counts as unanswered.</summary>
    public void OnSendFailed(in DiscoveryDatagram datagram, MonotonicTime now)
    {
        (int socket, TransportAddress destination, _) = datagram;
        _probes.Find(probe => probe.IsPending && probe.HasStarted && probe.Socket == socket && probe.Destination == destination)?.GiveUp();
        Advance(now);
    }

    private MonotonicTime DeadlineOf(Probe probe) =>
        probe.IsPending && !probe.HasStarted && probe.NextDeadline < _mayStart ? _mayStart : probe.NextDeadline;

    private void Start(Probe probe, MonotonicTime now)
    {
        RetransmissionSchedule schedule = probe.IsHairpin ? new(_schedule.InitialTimeout, 4, _schedule.InitialTimeout * 8) : _schedule;
        probe.Start(_random, in schedule, now);
        _mayStart = now + Pace + TimeSpan.FromMilliseconds(_random.Next(MaxJitterMilliseconds));
    }

    private Probe Add(Probe probe)
    {
        _probes.Add(probe);
        return probe;
    }
}
