using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>A peer of a random run: the machine of production on a host that stands somewhere and may move.</summary>
internal sealed class RunPeer
{
    private const ushort FirstPort = 5000;
    private const int Link = 1;
    private const uint FirstClient = 0xC6_13_FF_01;

    private readonly VirtualNetwork _network;
    private readonly RunServers _servers;
    private readonly RunTraits _traits;
    private readonly Link _access;
    private readonly ConnectivityHost _connection;
    private bool _hasLink;

    // A socket that is opened anew has another port.
    private ushort _port = FirstPort;

    public RunPeer(VirtualNetwork network, RunServers servers, RunTraits traits, Link access, RandomSource random)
    {
        _network = network;
        _servers = servers;
        _traits = traits;
        _access = access;
        var host = new Host(network)
        {
            OnSent = packet => Witness.OnSent(packet.Destination, packet.Bytes, Agent.LocalParameters.Ufrag),
            OnReceived = packet => Witness.OnReceived(packet.Source, packet.Bytes, Agent.LocalParameters.Ufrag),
        };
        _connection = new ConnectivityHost(network, host, traits.ToOptions(), random);
        if (traits.IsLite) return;

        foreach (TransportAddress server in RunServers.Addresses) Do(machine => machine.AddStunServer(in server, network.Now));
    }

    public RunTraits Traits => _traits;

    public IceAgent Agent => _connection.Machine.Agent;

    public Witness Witness { get; } = new();

    public Site? Site { get; private set; }

    public bool HasRoute => Agent.Route is not null;

    public bool HasFailed => Agent.State == IceAgentState.Failed;

    /// <summary>Whether it has a path that works, and that a session has led to which began no earlier.</summary>
    public bool IsConnectedSince(MonotonicTime start) =>
        Agent.State is IceAgentState.Connected or IceAgentState.Completed
        && (Agent.GetPairs().SingleOrDefault(pair => pair.IsSelected) ?? throw new InvalidOperationException($"{Agent.State} {Agent.Route} without a pair{this}")).Timeline[0].First >= start;

    /// <summary>Whether its data goes without a relay.</summary>
    public bool IsDirect => Agent.Route is { } route && !RunServers.Have(route.Local) && !RunServers.Have(route.Remote);

    /// <summary>When it had a way first.</summary>
    public MonotonicTime RouteAt => _connection.RouteAt ?? MonotonicTime.Never;

    /// <summary>
    /// Whether its path goes by an allocation that is forgotten: a NAT has given the port of the client that left to the other one, and the server takes that
    /// one for it. Nobody can know of such an address that it is relayed.
    /// </summary>
    public bool IsHauntedBy(RunPeer other) =>
        Agent.Route is { } route && RunServers.Have(route.Remote) && other.Candidates.All(candidate => candidate.Address != route.Remote);

    /// <summary>Whether a relayed candidate went since then: the agent waits anew for another one.</summary>
    public bool HasLostRelaySince(MonotonicTime start) => _connection.Events.Any(happened => happened.Kind == ConnectivityEventKind.RelayLost && happened.At >= start);

    public int DataCount => _connection.Data.Count;

    public IReadOnlyList<IceCandidate> Candidates => _connection.Machine.LocalCandidates;

    /// <summary>Whether a server said what was wrong with the credential.</summary>
    public bool HasHeardOfCredential => _connection.Events.Any(happened => happened.Failure is { IsTurn: true, Failure.Reason: Turn.Client.TurnFailureReason.CredentialRefused });

    /// <summary>Stands there: opens sockets, and is seen by servers.</summary>
    public void Arrive(Surroundings surroundings, Place place, Site site)
    {
        Site = site;
        IReadOnlyList<TransportAddress> addresses = surroundings.Settle(_connection.Host, place, site, _access);
        if (_traits.TurnServer is { } number && !_hasLink && !place.BlocksUdp)
        {
            TurnAddresses(place).ForEach(overIPv6 => Do(machine => machine.AddTurnServer(_servers.Source(number, overIPv6, _traits.Password), _network.Now)));
        }

        foreach (TransportAddress address in addresses) _connection.Open(address.WithPort(_port));
        if (_traits.TurnServer is not null && place.BlocksUdp) Connect();
        Do(machine => machine.EndSources(_network.Now));
    }

    /// <summary>Loses its addresses, and what is connected from there.</summary>
    public void Leave()
    {
        foreach (TransportAddress address in _connection.Host.Addresses.ToArray())
        {
            _connection.Host.Disconnect(in address);
            _connection.Close(address.WithPort(_port));
        }

        _port++;

        if (!_hasLink) return;

        _hasLink = false;
        _connection.Disconnect(Link);
    }

    public void Offer(RunPeer other, TimeSpan delay) => _connection.Offer(other._connection, delay);

    public void Restart() => Do(machine => machine.Restart(_network.Now));

    public void Send() => _connection.Send([0x80, (byte)_connection.Data.Count]);

    /// <summary>Whether both sides speak of the same session.</summary>
    public bool IsWith(RunPeer other) => Agent.RemoteParameters?.Ufrag == other.Agent.LocalParameters.Ufrag;

    /// <summary>The story of every pair.</summary>
    public override string ToString()
    {
        IEnumerable<string> pairs = Agent.GetPairs().Select(pair =>
            $"\n   {pair.Local.Address} > {pair.Remote.Address} {pair.State}{(pair.IsSelected ? " selected" : "")}: " +
            string.Join(", ", pair.Timeline.Select(moment => $"{moment.First} {moment.Step} x{moment.Count} {moment.Last}")));
        IEnumerable<string> events = _connection.Events
            .Where(happened => happened.Kind is not ConnectivityEventKind.Agent)
            .Select(happened => $"\n   {happened.At} {happened.Kind} {happened.Candidate} {happened.Failure?.Failure.Reason}");
        return $"\n  {_traits}: {Agent.Role} {Agent.State}: {Agent.Failure?.Text ?? "no failure"} ({Witness}){string.Concat(events)}{string.Concat(pairs)}";
    }

    private static List<bool> TurnAddresses(Place place) => place.HasIPv4 ? [false] : [true];

    // What looks at UDP does not look at this.
    private void Connect()
    {
        _hasLink = true;
        int number = _traits.TurnServer!.Value;
        TransportAddress client = TransportAddress.FromIPv4(FirstClient + (uint)_traits.Number, (ushort)(_network.Random.Next(60_000) + 1024));
        _connection.Connect(Link, _servers.Server(number), _servers.Source(number, overIPv6: false, _traits.Password), client, _access.Latency);
    }

    private void Do(Action<ConnectivityMachine> act) => _connection.Do(act);
}
