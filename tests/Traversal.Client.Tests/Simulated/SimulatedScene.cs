using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;
using Traversal.Turn.Server;

namespace Traversal.Client.Tests.Simulated;

/// <summary>Two hosts with a client each, every one behind something or not, and a STUN and TURN server on the Internet. Any two are one round trip apart.</summary>
internal sealed class SimulatedScene
{
    /// <summary>How long a signal takes, and the round trip between any two hosts; in milliseconds.</summary>
    public const double S = 100, R = 50;

    public static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478");

    private static readonly Link Half = Link.WithLatency(R / 4);

    private readonly HeldSignaling _offer, _answer;

    public SimulatedScene(NatBehavior? behind = null, Link? link = null, ulong seed = 1, Func<IceConnectionOptions, IceConnectionOptions>? configure = null)
    {
        World = new SimulatedWorld(seed);
        var serverHost = new Host(World.Network, World.Network.Internet, in Server, Half);
        Relay = new RelayServer(World.Network, serverHost, [Server], options => options.RelayAddresses.Add(new RelayHostAddress(Server)));
        Relay.ListenTcp(Server);
        OffererHost = HostIn(World, behind, "198.18.1", link ?? Half);
        AnswererHost = HostIn(World, behind, "198.18.2", link ?? Half);
        (ISignaling one, ISignaling other) = World.ConnectSignaling(TimeSpan.FromMilliseconds(S));
        (_offer, _answer) = (new HeldSignaling(one), new HeldSignaling(other));
        var options = new IceConnectionOptions { Servers = behind is null ? [] : [new IceServer(new TurnServerEndpoint(Server), Login)] };
        options = configure?.Invoke(options) ?? options;
        Offerer = new IceConnection(options with { Role = IceRole.Controlling }, _offer, World.EnvironmentOf(OffererHost));
        Answerer = new IceConnection(options with { Role = IceRole.Controlled }, _answer, World.EnvironmentOf(AnswererHost));
    }

    public static TurnLogin Login => TurnLogin.FromPassword(RelayServer.User, RelayServer.Password);

    public SimulatedWorld World { get; }

    public RelayServer Relay { get; }

    public Host OffererHost { get; }

    public Host AnswererHost { get; }

    public IceConnection Offerer { get; }

    public IceConnection Answerer { get; }

    /// <summary>Runs a story in virtual time, and gives up both connections at its end.</summary>
    public Task RunAsync(Func<Task> story) => World.RunAsync(async () =>
    {
        await using IceConnection one = Offerer, other = Answerer;
        await story();
    });

    /// <summary>Both gather; then the offerer offers.</summary>
    /// <returns>After how many milliseconds each had a path.</returns>
    public async Task<(double Offerer, double Answerer)> ConnectAsync()
    {
        await Task.WhenAll(Offerer.GatherAsync(), Answerer.GatherAsync());
        MonotonicTime start = World.Now;
        Task<double> offered = PathAsync(Offerer, start), answered = PathAsync(Answerer, start);
        _offer.Release();
        return (await offered, await answered);
    }

    /// <summary>Data goes both ways, and is what was sent.</summary>
    public async Task AssertConnectedAsync()
    {
        await AssertArrivesAsync(Offerer, Answerer);
        await AssertArrivesAsync(Answerer, Offerer);
    }

    private static async Task AssertArrivesAsync(IceConnection from, IceConnection to)
    {
        byte[] data = [0xC0, 1, 2, 3], buffer = new byte[100];
        Assert.Equal(NetworkStatus.Ok, from.Send(data));
        ReceivedDatagram received = await to.ReceiveAsync(buffer);
        Assert.Equal(data, buffer.AsSpan(0, received.Length).ToArray());
    }

    private async Task<double> PathAsync(IceConnection connection, MonotonicTime start)
    {
        IceOutcome outcome = await connection.ConnectAsync();
        Assert.True(outcome.IsConnected, outcome.ToString());
        return (World.Now - start).TotalMilliseconds;
    }

    /// <summary>A host on the Internet, or behind a NAT of its own.</summary>
    public static Host HostIn(SimulatedWorld world, NatBehavior? behind, string network, Link link) => behind is null
        ? new Host(world.Network, world.Network.Internet, TransportAddress.Parse(network + ".1:0"), link)
        : new Host(world.Network, new Nat(world.Network, TransportAddress.Parse(network + ".9:0"), behind).Inside, TransportAddress.Parse("10.0.0.2:0"), link);
}
