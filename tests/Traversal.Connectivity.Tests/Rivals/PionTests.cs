using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Turn.Server;

namespace Traversal.Connectivity.Tests.Rivals;

/// <summary>What pion's agent does wrong: a socket for each server, no relay on IPv6, and seconds of waiting before a relayed pair is used.</summary>
public sealed class PionTests
{
    [Fact]
    public void All_servers_are_asked_from_the_socket_of_the_host_candidate()
    {
        TransportAddress second = TransportAddress.Parse("203.0.113.2:3478");
        Scene scene = new(offererPlace: Scene.Behind(EndpointBehavior.AddressDependent, EndpointBehavior.Independent, "198.18.1.9:0"));
        _ = new ReflectingServer(new Host(scene.Network, scene.Network.Internet, in second), in second);
        scene.Offerer.Do(machine => machine.AddStunServer(in second, scene.Network.Now));
        scene.Gather();

        IceCandidate[] reflexive = [.. scene.Offerer.Machine.LocalCandidates.Where(candidate => candidate.Kind == IceCandidateKind.ServerReflexive)];
        Assert.Equal(2, reflexive.Length);
        Assert.All(reflexive, candidate => Assert.Equal(scene.AddressOf(scene.Offerer), candidate.RelatedAddress));
        Assert.Single(scene.Offerer.Machine.Bases);
    }

    [Fact]
    public void A_host_that_has_IPv6_alone_is_reached_by_the_relay_of_one_that_has_IPv4_alone()
    {
        Scene scene = new(configureServer: options => options.RelayAddresses.Add(new RelayHostAddress(Scene.ServerIPv6)));
        TransportAddress four = scene.AddressOf(scene.Answerer), six = TransportAddress.Parse("[2001:db8::77]:6000");
        scene.Answerer.Host.Disconnect(in four);
        scene.Answerer.Host.Connect(scene.Network.Internet, in six);
        scene.Gather();
        scene.Connect();

        scene.AssertConnected();
        Assert.True(Scene.IsRelayed(scene.Answerer));
        Assert.True(scene.Answerer.Machine.Agent.Route!.Value.Remote.IsIPv6);
    }

    [Fact]
    public void A_relayed_pair_is_nominated_when_it_works_and_not_two_seconds_later()
    {
        const double S = 100, R = 50;
        Scene scene = new Scene(oneWay: R / 2, configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        MonotonicTime start = scene.Connect(S);

        ConnectivityEvent completed = scene.Offerer.Events.First(happened => happened.Ice is { Kind: IceEventKind.StateChanged, State: IceAgentState.Completed });
        Assert.InRange((completed.At - start).TotalMilliseconds, 0, 2 * S + 6 * R);
    }
}
