using Traversal.Client.Identity;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;

namespace Traversal.Client.Tests.Simulated;

/// <summary>Two hosts with a peer each, who know each other's keys: Alice who dials and Bob who answers. One round trip apart.</summary>
internal sealed class PeerScene
{
    /// <summary>How long a signal takes, and the round trip between the hosts; in milliseconds.</summary>
    public const double S = 100, R = 50;

    private static readonly PeerIdentity AliceIdentity = PeerIdentity.Create(), BobIdentity = PeerIdentity.Create();

    private readonly HeldSignaling _offer;

    public PeerScene(NatBehavior? behind = null, Link? link = null, ulong seed = 1, Func<PeerConnectionOptions, PeerConnectionOptions>? configure = null)
    {
        World = new SimulatedWorld(seed);
        link ??= Link.WithLatency(R / 4);
        _ = new RelayServer(World.Network, new Host(World.Network, World.Network.Internet, SimulatedScene.Server, Link.WithLatency(R / 4)), [SimulatedScene.Server]);
        AliceHost = SimulatedScene.HostIn(World, behind, "198.18.1", link);
        BobHost = SimulatedScene.HostIn(World, behind, "198.18.2", link);
        (ISignaling one, ISignaling other) = World.ConnectSignaling(TimeSpan.FromMilliseconds(S));
        _offer = new HeldSignaling(one);
        configure ??= static options => options;
        IceServer[] servers = behind is null ? [] : [new IceServer(ServerUri.Parse($"stun:{SimulatedScene.Server}"))];
        Alice = new PeerConnection(configure(Options(AliceIdentity, BobIdentity, IceRole.Controlling, servers)), _offer, World.EnvironmentOf(AliceHost));
        Bob = new PeerConnection(configure(Options(BobIdentity, AliceIdentity, IceRole.Controlled, servers)), new HeldSignaling(other), World.EnvironmentOf(BobHost));
    }

    public SimulatedWorld World { get; }

    public Host AliceHost { get; }

    public Host BobHost { get; }

    public PeerConnection Alice { get; }

    public PeerConnection Bob { get; }

    /// <summary>Runs a story in virtual time, and gives up both connections at its end.</summary>
    public Task RunAsync(Func<Task> story) => World.RunAsync(async () =>
    {
        await using PeerConnection one = Alice, other = Bob;
        await story();
    });

    /// <summary>Both begin to connect, and have gathered when Alice offers.</summary>
    /// <returns>After how many milliseconds each was connected.</returns>
    public async Task<(double Alice, double Bob)> ConnectAsync()
    {
        Task<PeerOutcome> alice = Alice.ConnectAsync(), bob = Bob.ConnectAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(2 * R), World.Time);
        MonotonicTime start = World.Now;
        Task<double> dialled = TimeOfAsync(alice, start), answered = TimeOfAsync(bob, start);
        _offer.Release();
        return (await dialled, await answered);
    }

    private async Task<double> TimeOfAsync(Task<PeerOutcome> connecting, MonotonicTime start)
    {
        PeerOutcome outcome = await connecting;
        Assert.True(outcome.IsConnected, $"Seed {World.Network.Seed}: {outcome}");
        return (World.Now - start).TotalMilliseconds;
    }

    private static PeerConnectionOptions Options(PeerIdentity own, PeerIdentity other, IceRole role, IceServer[] servers) =>
        new() { Identity = own, Peer = other.Id, Path = new IceConnectionOptions { Role = role, Servers = servers } };
}
