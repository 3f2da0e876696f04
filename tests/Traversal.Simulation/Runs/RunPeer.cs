using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>A peer of a random run: it stands somewhere, gathers, and may move.</summary>
internal sealed class RunPeer
{
    private const ushort Port = 5000;
    private const uint FirstRelayAddress = 0xC6_13_FF_00;
    private const ushort RelayPort = 50_000;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250), KeepAliveInterval = TimeSpan.FromSeconds(10);

    private readonly VirtualNetwork _network;
    private readonly Link _link;
    private readonly Host _host;
    private int _moves;

    public RunPeer(VirtualNetwork network, IcePeer ice, Host host, Link link)
    {
        _network = network;
        Ice = ice;
        _host = host;
        _link = link;
        ice.OnReceived = (source, bytes) => Witness.OnReceived(in source, bytes, ice.Agent.LocalParameters.Ufrag);
        ice.OnSent = (remote, bytes) => Witness.OnSent(in remote, bytes, ice.Agent.LocalParameters.Ufrag);
    }

    public IcePeer Ice { get; }

    public Witness Witness { get; } = new();

    public Site? Site { get; private set; }

    /// <summary>Its relayed address; the default where it has no relay.</summary>
    public TransportAddress RelayAddress { get; private set; }

    public bool HasRelay => !RelayAddress.IsNone;

    public bool IsDone => Ice.IsSettled;

    /// <summary>Whether its data goes without a relay.</summary>
    public bool IsDirect(RunPeer other) =>
        Ice.Agent.Route is { } route && route.Local != RelayAddress && route.Remote != other.RelayAddress;

    /// <summary>Gives it a relayed address, which its TURN server is reached for in whatever way there is.</summary>
    public void AddRelay(byte number)
    {
        RelayAddress = TransportAddress.FromIPv4(FirstRelayAddress + number, RelayPort);
        Ice.AddRelay(RelayAddress, _link);
    }

    /// <summary>Stands there: opens sockets and asks for its addresses.</summary>
    public void Arrive(Surroundings surroundings, Place place, Site site)
    {
        Site = site;
        int move = ++_moves;
        foreach (TransportAddress address in surroundings.Settle(_host, place, site, _link))
        {
            TransportAddress local = Ice.AddHost(address.WithPort(Port).ToString());
            if (!local.IsIPv4 || Ice.Options.IsLite) continue;

            for (int attempt = 0; attempt < 8; attempt++) _network.Schedule(AskAgain * attempt, () => AskServer(local, move));
            KeepAlive(local, move);
        }
    }

    /// <summary>Loses its addresses.</summary>
    public void Leave()
    {
        foreach (TransportAddress address in _host.Addresses.ToArray())
        {
            _host.Disconnect(in address);
            TransportAddress gone = address.WithPort(Port);
            Ice.Do(agent => agent.RemoveLocalCandidate(in gone, _network.Now));
        }
    }

    // What a server has seen is kept open (RFC 8445 section 5.1.1.4), as long as the peer is there.
    private void KeepAlive(TransportAddress local, int move) => _network.Schedule(KeepAliveInterval, () =>
    {
        if (move != _moves) return;
        AskServer(local, move);
        KeepAlive(local, move);
    });

    private void AskServer(TransportAddress local, int move)
    {
        if (move != _moves) return;

        Ice.AskServer(in local, in Prober.Server);
        Ice.AskServer(in local, in RandomRun.SecondServer);
    }

    /// <summary>The story of every pair.</summary>
    public override string ToString()
    {
        IEnumerable<string> pairs = Ice.Agent.GetPairs().Select(pair =>
            $"\n   {pair.Local.Address} > {pair.Remote.Address} {pair.State}{(pair.IsSelected ? " selected" : "")}: " +
            string.Join(", ", pair.Timeline.Select(moment => $"{moment.First} {moment.Step} x{moment.Count} {moment.Last}")));
        return $"\n  {Ice.Agent.Role} {Ice.Agent.State}: {Ice.Agent.Failure?.Text ?? "no failure"} ({Witness}){string.Concat(pairs)}";
    }
}
