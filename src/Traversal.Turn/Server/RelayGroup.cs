using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// What the state machines of one server have in common: relay ports, reservations, quotas, the secret of the nonces, and which relayed addresses are
/// live. Safe from any thread; a lock is taken for allocations, never for packets.
/// </summary>
public sealed partial class RelayGroup
{
    /// <summary>The most relay addresses that are learned from listeners.</summary>
    private const int MaxLearnedHosts = 16;

    private const int NonceSecretLength = 32;

    /// <summary>For some thousands of users who meet new peers at one time.</summary>
    private const int MeetingSets = 1024;

    private readonly Lock _lock = new();
    private readonly RandomSource _random;
    private readonly QuotaLedger _quotas;
    private readonly LeakyRate _newPeersPerUser;
    private readonly LeakyBuckets _meetings;
    private readonly ReservationTable _reservations = new();
    private readonly IReservedPorts? _reservedPorts;
    private readonly ConnectionDirectory _connections;
    private volatile RelayHost[] _hosts = [];
    private volatile TransportAddress[] _ownEndpoints = [];
    private volatile int _version;
    private volatile int _machines;

    /// <summary>A group without machines.</summary>
    /// <param name="options">How all of them behave.</param>
    /// <param name="random">Draws ports, tokens and the secret; it must be safe from any thread if the machines run on several.</param>
    /// <param name="reservedPorts">Keeps other programs off reserved ports; null where there are none.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public RelayGroup(RelayOptions options, RandomSource random, IReservedPorts? reservedPorts = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));
        Options = options;
        _random = random;
        _reservedPorts = reservedPorts;
        _quotas = new QuotaLedger(options, random);
        _newPeersPerUser = new LeakyRate(options.NewPeersPerSecondPerUser, options.NewPeerBurstPerUser);
        _meetings = new LeakyBuckets(_newPeersPerUser, MeetingSets, random);
        _connections = new ConnectionDirectory(options.MaxPeerConnections, options.MaxPeerConnectionsPerUser);
        NonceSecret = options.NonceSecret?.ToArray() ?? new byte[NonceSecretLength];
        if (options.NonceSecret is null) random.Fill(NonceSecret);
        TicketSecret = options.Mobility ? new byte[TicketSealer.SecretLength] : [];
        random.Fill(TicketSecret);
        foreach (RelayHostAddress host in options.RelayAddresses) AddHost(host.Local, host.External);
    }

    /// <summary>The options it was made with.</summary>
    public RelayOptions Options { get; }

    /// <summary>How many allocations and reserved ports there are.</summary>
    public int ChargedCount
    {
        get
        {
            lock (_lock) return _quotas.Total;
        }
    }

    internal byte[] NonceSecret { get; }

    /// <summary>What mobility tickets are sealed with: new for each group, as they are about its allocations.</summary>
    internal byte[] TicketSecret { get; }

    /// <summary>How many machines there are, and at least 1.</summary>
    internal int MachineCount => Math.Max(1, _machines);

    internal bool HasConfiguredHosts => Options.RelayAddresses.Count > 0;

    /// <summary>A number that changes with what is the server's own.</summary>
    internal int Version => _version;

    internal ReadOnlySpan<RelayHost> Hosts => _hosts;

    /// <summary>
    /// Names an address and port of the server that no client may reach through it, such as that of its administration. Listeners of the machines
    /// are named already. On a wildcard address the port is closed on every own address.
    /// </summary>
    public void AddOwnEndpoint(in TransportAddress endpoint)
    {
        lock (_lock)
        {
            if (_ownEndpoints.Contains(endpoint)) return;
            _ownEndpoints = [.. _ownEndpoints, endpoint.Unmapped()];
            _version++;
        }
    }

    /// <summary>Takes back <see cref="AddOwnEndpoint"/>.</summary>
    public void RemoveOwnEndpoint(in TransportAddress endpoint)
    {
        TransportAddress removed = endpoint.Unmapped();
        lock (_lock)
        {
            _ownEndpoints = [.. _ownEndpoints.Where(own => !own.Equals(in removed))];
            _version++;
        }
    }

    /// <summary>Counts a machine in.</summary>
    internal void Join()
    {
        lock (_lock) _machines++;
    }

    /// <summary>Whether the address is one of the server's, whatever the port; loopback always is.</summary>
    internal bool IsOwnAddress(in TransportAddress address)
    {
        if (address.IsLoopback || TryFindHost(in address, out _)) return true;
        foreach (ref readonly TransportAddress own in _ownEndpoints.AsSpan())
        {
            if (own.HasSameAddress(in address)) return true;
        }

        return false;
    }

    /// <summary>Whether the server itself listens at the address and port.</summary>
    internal bool IsOwnEndpoint(in TransportAddress address)
    {
        foreach (ref readonly TransportAddress own in _ownEndpoints.AsSpan())
        {
            if (own.Port != address.Port) continue;
            if (own.HasSameAddress(in address)) return true;
            if (own.IsUnspecified && IsOwnAddress(in address)) return true;
        }

        return false;
    }

    internal bool TryFindHost(in TransportAddress address, out RelayHost host)
    {
        foreach (RelayHost candidate in _hosts)
        {
            if (!candidate.HasAddress(in address)) continue;
            host = candidate;
            return true;
        }

        host = null!;
        return false;
    }

    /// <summary>Takes note of the address on which a listener's clients get their relays, if that is not configured.</summary>
    internal void LearnHost(in TransportAddress local)
    {
        if (HasConfiguredHosts || local.IsUnspecified) return;

        lock (_lock)
        {
            if (_hosts.Length < MaxLearnedHosts && !TryFindHost(in local, out _)) AddHost(in local, default);
        }
    }

    private void AddHost(in TransportAddress local, in TransportAddress external)
    {
        var host = new RelayHost(_hosts.Length, in local, in external, new PortPool(Options.MinPort, Options.MaxPort));
        _hosts = [.. _hosts, host];
        _version++;
    }
}
