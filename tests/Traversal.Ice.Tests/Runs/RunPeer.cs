using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>A peer of a random run: it stands somewhere, gathers, and may move.</summary>
internal sealed class RunPeer
{
    private readonly VirtualNetwork _network;
    private readonly RandomSource _random;
    private readonly Link _link;
    private readonly byte _number;
    private readonly Host _host;
    private byte _moves;

    public RunPeer(VirtualNetwork network, RandomSource random, byte number, IceRole role, Link link, bool renominates, CheckPacer pacer)
    {
        _network = network;
        _random = random;
        _number = number;
        _link = link;
        _host = new Host(network);
        Ice = new IcePeer(network, _host, role, number, options => options.Renomination = renominates, pacer);
        Place = Place.Draw(random);
        if (random.Next(10) < 7) RelayAddress = TransportAddress.FromIPv4(0xC6_12_64_00u + number, 50_000);
    }

    public IcePeer Ice { get; }

    public Place Place { get; private set; }

    public TransportAddress RelayAddress { get; }

    public bool HasRelay => !RelayAddress.IsNone;

    /// <summary>Whether its data goes without a relay.</summary>
    public bool IsDirect(RunPeer other) =>
        Ice.Agent.Route is { } route && route.Local != RelayAddress && route.Remote != other.RelayAddress;

    /// <summary>The story of every pair.</summary>
    public override string ToString()
    {
        IEnumerable<string> pairs = Ice.Agent.GetPairs().Select(pair =>
            $"\n  {pair.Local.Address} > {pair.Remote.Address} {pair.State}{(pair.IsSelected ? " selected" : "")}: " +
            string.Join(", ", pair.Timeline.Select(moment => $"{moment.First} {moment.Step} x{moment.Count} {moment.Last}")));
        return $"\n {Ice.Agent.Role} {Ice.Agent.State}{string.Concat(pairs)}";
    }

    /// <summary>Stands where it stands: opens sockets and asks for its addresses.</summary>
    public void Arrive()
    {
        TransportAddress outside = TransportAddress.FromIPv4(0xC6_12_00_00u + ((uint)_number << 8) + _moves, 0);
        Realm realm = Build(outside);
        TransportAddress address = realm.IsPublic ? outside : TransportAddress.FromIPv4(0x0A_00_00_02u + ((uint)_number << 16) + ((uint)_moves << 8), 0);
        if (Place.HasIPv6) AddSocket(new Firewall(_network) { BlocksUdp = Place.BlocksUdp }.Inside, TransportAddress.FromIPv6(0x2001_0DB8_0000_0000ul + _number, _moves, 0));
        TransportAddress local = AddSocket(realm, in address);
        for (int attempt = 0; attempt < 8; attempt++)
            _network.Schedule(TimeSpan.FromMilliseconds(attempt * 250), () => Ice.AskServer(in local, in IceScene.Server));
        KeepAlive(local, _moves);
        if (HasRelay && _moves == 0) Ice.AddRelay(RelayAddress, _link);
    }

    /// <summary>Loses its addresses and comes up elsewhere.</summary>
    public void Move()
    {
        foreach (TransportAddress address in _host.Addresses.ToArray())
        {
            _host.Disconnect(in address);
            TransportAddress gone = address.WithPort(5000);
            Ice.Do(agent => agent.RemoveLocalCandidate(in gone, _network.Now));
        }

        _moves++;
        Place = Place.Draw(_random);
        Arrive();
    }

    // What a server has seen is kept open (RFC 8445 section 5.1.1.4), as long as the peer is there.
    private void KeepAlive(TransportAddress local, int move) => _network.Schedule(TimeSpan.FromSeconds(10), () =>
    {
        if (move != _moves) return;
        Ice.AskServer(in local, in IceScene.Server);
        KeepAlive(local, move);
    });

    private Realm Build(TransportAddress outside)
    {
        Realm realm = _network.Internet;
        if (Place.BlocksUdp) realm = new Firewall(_network) { BlocksUdp = true }.Inside;
        if (Place.HasFirewall) realm = new Firewall(_network, outside: realm).Inside;
        foreach (NatBehavior nat in Place.Nats)
        {
            realm = new Nat(_network, in outside, nat, realm).Inside;
            outside = TransportAddress.FromIPv4(0x64_40_00_00u + ((uint)_number << 8) + _moves, 0);
        }

        return realm;
    }

    private TransportAddress AddSocket(Realm realm, in TransportAddress address)
    {
        _host.Connect(realm, in address, _link);
        return Ice.AddHost(address.WithPort(5000).ToString());
    }
}
