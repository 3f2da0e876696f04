using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Connectivity.Tests;

/// <summary>Two hosts, each behind something or not, and a server on the Internet that is STUN and TURN server.</summary>
internal sealed class Scene
{
    public static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478"), ServerIPv6 = TransportAddress.Parse("[2001:db8::1]:3478");

    private readonly TurnServerMemory _memory = new();

    public Scene(
        ulong seed = 1,
        double oneWay = 25,
        Func<VirtualNetwork, Realm>? offererPlace = null,
        Func<VirtualNetwork, Realm>? answererPlace = null,
        Action<ConnectivityOptions>? configure = null,
        Action<RelayOptions>? configureServer = null,
        params (string Name, string Password)[] users)
    {
        Network = new VirtualNetwork(seed);
        Link half = Link.WithLatency(oneWay / 2);
        ServerHost = new Host(Network, Network.Internet, in Server, half);
        ServerHost.Connect(Network.Internet, in ServerIPv6, half);
        Relay = new RelayServer(Network, ServerHost, [Server, ServerIPv6], options =>
        {
            options.RelayAddresses.Add(new RelayHostAddress(Server));
            configureServer?.Invoke(options);
        }, [new UserCredential(RelayServer.User, RelayServer.Password), .. users.Select(user => new UserCredential(user.Name, user.Password))]);
        Offerer = HostIn(offererPlace, offererPlace is null ? "198.18.1.1:5000" : "10.1.0.2:5000", half, IceRole.Controlling, configure);
        Answerer = HostIn(answererPlace, answererPlace is null ? "198.18.2.1:6000" : "10.2.0.2:6000", half, IceRole.Controlled, configure);
    }

    public VirtualNetwork Network { get; }

    public Host ServerHost { get; }

    public RelayServer Relay { get; }

    public ConnectivityHost Offerer { get; }

    public ConnectivityHost Answerer { get; }

    public static TurnCredential Credential => TurnCredential.FromPassword(RelayServer.User, RelayServer.Password);

    public static Func<VirtualNetwork, Realm> Behind(EndpointBehavior mapping, EndpointBehavior filtering, string outside) =>
        network => new Nat(network, TransportAddress.Parse(outside), new NatBehavior { Mapping = mapping, Filtering = filtering }).Inside;

    public TurnSource Turn(TransportAddress? server = null, TurnCredential? credential = null) =>
        new(server ?? Server, credential ?? Credential) { Memory = _memory };

    /// <summary>Both open the socket of their only address and ask the server.</summary>
    public Scene Gather(bool stun = true, bool turn = true, double seconds = 60)
    {
        foreach (ConnectivityHost host in new[] { Offerer, Answerer })
        {
            if (stun) host.Do(machine => machine.AddStunServer(in Server, Network.Now));
            if (turn) host.Do(machine => machine.AddTurnServer(Turn(), Network.Now));
            host.Open(AddressOf(host));
            host.Do(machine => machine.EndSources(Network.Now));
        }

        Network.RunUntil(() => Offerer.Machine.HasFinishedGathering && Answerer.Machine.HasFinishedGathering, TimeSpan.FromSeconds(seconds));
        return this;
    }

    /// <summary>The offerer offers; both run until they are settled.</summary>
    /// <returns>When the offer was made.</returns>
    public MonotonicTime Connect(double signaling = 100, double seconds = 120)
    {
        MonotonicTime start = Network.Now;
        Offerer.Offer(Answerer, TimeSpan.FromMilliseconds(signaling));
        Network.RunUntil(() => IsSettled(Offerer) && IsSettled(Answerer), TimeSpan.FromSeconds(seconds));
        return start;
    }

    public TransportAddress AddressOf(ConnectivityHost host) => host.Host.Addresses.First().WithPort((ushort)(host == Offerer ? 5000 : 6000));

    /// <summary>Data goes both ways, and is what was sent.</summary>
    public void AssertConnected()
    {
        AssertArrives(Offerer, Answerer);
        AssertArrives(Answerer, Offerer);
    }

    public static bool IsRelayed(ConnectivityHost host)
    {
        IcePairReport pair = host.Machine.Agent.GetPairs().Single(pair => pair.IsSelected);
        return pair.Local.Kind == IceCandidateKind.Relayed || pair.Remote.Kind == IceCandidateKind.Relayed;
    }

    public static double RouteAfter(ConnectivityHost host, MonotonicTime start) => (host.RouteAt!.Value - start).TotalMilliseconds;

    private static bool IsSettled(ConnectivityHost host) => host.Machine.Agent.State is IceAgentState.Completed or IceAgentState.Failed;

    private void AssertArrives(ConnectivityHost from, ConnectivityHost to)
    {
        byte[] data = [0xC0, (byte)to.Data.Count, 3];
        Assert.True(from.Send(data), "There is no path.");
        Network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(data, to.Data[^1].Bytes);
    }

    private ConnectivityHost HostIn(
        Func<VirtualNetwork, Realm>? place, string address, Link link, IceRole role, Action<ConnectivityOptions>? configure)
    {
        var options = new ConnectivityOptions();
        options.Ice.Role = role;
        configure?.Invoke(options);
        var host = new Host(Network, place?.Invoke(Network) ?? Network.Internet, TransportAddress.Parse(address), link);
        return new ConnectivityHost(Network, host, options);
    }
}
