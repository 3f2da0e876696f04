using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Turn.Client;

namespace Traversal.Connectivity.Tests;

/// <summary>A host that gets another address, with the old one for a while or without.</summary>
public sealed class RoamingTests
{
    private static readonly TransportAddress Next = TransportAddress.Parse("198.18.5.5:5005");

    [Fact]
    public void To_another_address_while_the_old_one_works_without_a_gap()
    {
        Scene scene = new Scene().Gather();
        scene.Connect();
        TransportAddress old = scene.AddressOf(scene.Offerer);
        scene.Offerer.Host.Connect(scene.Network.Internet, in Next, Link.WithLatency(12.5));
        scene.Offerer.Open(Next);
        scene.Offerer.Do(machine => machine.Restart(scene.Network.Now));
        int received = scene.Answerer.Data.Count;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(scene.Offerer.Send([0xC0, (byte)i]));
            scene.Network.Run(TimeSpan.FromMilliseconds(10));
        }

        scene.Offerer.Close(old);
        scene.Network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(100, scene.Answerer.Data.Count - received);
        Assert.Equal(Next, scene.Offerer.Machine.Agent.Route!.Value.Local);
        scene.AssertConnected();
    }

    [Fact]
    public void To_another_address_after_the_old_one_is_gone()
    {
        Scene scene = new Scene().Gather();
        scene.Connect();
        TransportAddress old = scene.AddressOf(scene.Offerer);
        scene.Offerer.Host.Disconnect(in old);
        scene.Offerer.Close(old);
        Assert.Null(scene.Offerer.Machine.Agent.Route);

        scene.Offerer.Host.Connect(scene.Network.Internet, in Next, Link.WithLatency(12.5));
        scene.Offerer.Open(Next);
        scene.Offerer.Do(machine => machine.Restart(scene.Network.Now));
        scene.Network.RunUntil(() => scene.Offerer.Machine.Agent.Route is not null && scene.Answerer.Machine.Agent.Route is { } route && route.Remote == Next, TimeSpan.FromSeconds(3));
        scene.AssertConnected();
        Assert.Contains(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.Relayed);
    }

    [Fact]
    public void A_mobile_allocation_goes_along()
    {
        Scene scene = new Scene(
            configure: options => (options.Policy, options.Mobility) = (CandidatePolicy.RelayOnly, true),
            configureServer: options => options.Mobility = true);
        scene.Gather();
        scene.Connect();
        IceRoute route = scene.Offerer.Machine.Agent.Route!.Value;
        TransportAddress old = scene.AddressOf(scene.Offerer);

        scene.Offerer.Host.Connect(scene.Network.Internet, in Next, Link.WithLatency(12.5));
        scene.Offerer.Close(old);
        scene.Network.Run(TimeSpan.FromSeconds(3));
        Assert.False(scene.Offerer.Send([1]));
        scene.Offerer.Open(Next);
        scene.Network.Run(TimeSpan.FromSeconds(2));
        Assert.NotNull(scene.Offerer.Machine.Agent.Route);
        Assert.Equal(route, scene.Offerer.Machine.Agent.Route!.Value);
        scene.AssertConnected();
    }

    [Fact]
    public void A_mobile_allocation_that_finds_no_other_address_is_lost_in_the_end()
    {
        Scene scene = new Scene(configure: options => options.Mobility = true, configureServer: options => options.Mobility = true).Gather();
        scene.Offerer.Close(scene.AddressOf(scene.Offerer));
        Assert.Single(scene.Offerer.Machine.LocalCandidates);
        scene.Network.Run(TimeSpan.FromMinutes(15));

        Assert.Empty(scene.Offerer.Machine.LocalCandidates);
        Assert.Contains(scene.Offerer.Events, happened => happened.Kind == ConnectivityEventKind.RelayLost);
    }

    [Fact]
    public void The_peer_restarts_and_this_side_signals_anew()
    {
        Scene scene = new Scene().Gather();
        scene.Connect();
        string ufrag = scene.Answerer.Machine.Agent.LocalParameters.Ufrag;
        scene.Offerer.Do(machine => machine.Restart(scene.Network.Now));
        scene.Network.Run(TimeSpan.FromSeconds(2));

        Assert.NotEqual(ufrag, scene.Answerer.Machine.Agent.LocalParameters.Ufrag, StringComparer.Ordinal);
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Machine.Agent.State);
        scene.AssertConnected();
    }
}
