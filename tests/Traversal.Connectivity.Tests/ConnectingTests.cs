using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Connectivity.Tests;

/// <summary>Two machines that gather and connect. S is the way of a signal, R the round trip between any two hosts.</summary>
public sealed class ConnectingTests
{
    private const double S = 100, R = 50, Exact = 1e-3;

    private static Func<VirtualNetwork, Realm> Symmetric(string outside) =>
        Scene.Behind(EndpointBehavior.AddressAndPortDependent, EndpointBehavior.AddressAndPortDependent, outside);

    private static Func<VirtualNetwork, Realm> PortRestricted(string outside) =>
        Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.AddressAndPortDependent, outside);

    [Fact]
    public void Two_hosts_connect_directly_as_soon_as_signals_allow()
    {
        Scene scene = new Scene().Gather();
        MonotonicTime start = scene.Connect(S);

        scene.AssertConnected();
        Assert.False(Scene.IsRelayed(scene.Offerer));
        Assert.Equal(S + R, Scene.RouteAfter(scene.Answerer, start), Exact);
        Assert.Equal(2 * S + R, Scene.RouteAfter(scene.Offerer, start), Exact);
    }

    [Fact]
    public void Behind_port_restricted_NATs_they_connect_directly_too()
    {
        Scene scene = new Scene(offererPlace: PortRestricted("198.18.1.9:0"), answererPlace: PortRestricted("198.18.2.9:0")).Gather();
        MonotonicTime start = scene.Connect(S);

        scene.AssertConnected();
        Assert.InRange(Scene.RouteAfter(scene.Offerer, start), 0, 2 * S + R + Exact);
        Assert.False(Scene.IsRelayed(scene.Offerer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Behind_symmetric_NATs_they_connect_by_the_relay(int seed)
    {
        Scene scene = new Scene((ulong)seed, offererPlace: Symmetric("198.18.1.9:0"), answererPlace: Symmetric("198.18.2.9:0")).Gather();
        MonotonicTime start = scene.Connect(S);

        scene.AssertConnected();
        Assert.True(Scene.IsRelayed(scene.Offerer));

        // To the server, from there to the other side, and back: no request to the server in between is waited for, only a few tokens.
        Assert.InRange(Scene.RouteAfter(scene.Offerer, start), 0, 2 * S + 2 * R + 20);
    }

    [Fact]
    public void Relay_only_on_both_sides_tells_nobody_any_other_address()
    {
        Scene scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        scene.Connect(S);

        scene.AssertConnected();
        foreach (ConnectivityHost host in new[] { scene.Offerer, scene.Answerer })
        {
            Assert.NotEmpty(host.Machine.LocalCandidates);
            Assert.All(host.Machine.LocalCandidates, candidate => Assert.Equal(IceCandidateKind.Relayed, candidate.Kind));
            Assert.DoesNotContain(host.Machine.LocalCandidates, candidate => candidate.ToString().Contains("198.18.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_link_connects_who_cannot_use_UDP()
    {
        var scene = new Scene(offererPlace: network => new Firewall(network) { BlocksUdp = true }.Inside);
        scene.Gather(stun: false, turn: false);
        scene.Offerer.Connect(3, scene.Relay, scene.Turn(), TransportAddress.Parse("198.18.1.9:1234"), TimeSpan.FromMilliseconds(R / 2));
        scene.Network.Run(TimeSpan.FromSeconds(1));
        scene.Connect(S);

        scene.AssertConnected();
        Assert.True(Scene.IsRelayed(scene.Offerer));
    }

    [Fact]
    public void Data_goes_on_the_channel_once_it_is_bound()
    {
        Scene scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        scene.Connect(S);
        scene.Network.Run(TimeSpan.FromSeconds(1));
        var sent = new List<Packet>();
        scene.Network.Sniffer = sent.Add;
        scene.Offerer.Send([1, 2, 3, 4]);

        Packet packet = Assert.Single(sent);
        Assert.Equal(Scene.Server, packet.Destination);
        Assert.Equal(8, packet.Bytes.Length);
    }
}
