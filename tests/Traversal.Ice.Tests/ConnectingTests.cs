using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>Two agents that meet: how soon, and that they agree.</summary>
public sealed class ConnectingTests
{
    private const double S = 100, R = 50;

    [Fact]
    public void Two_hosts_connect_and_agree_on_the_pair()
    {
        IceScene scene = new IceScene().Gather();
        scene.Connect();

        scene.AssertConnected();
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Agent.State);
        Assert.Equal(IceAgentState.Completed, scene.Answerer.Agent.State);
        Assert.Equal(scene.Offerer.Agent.Route!.Value.Local, scene.Answerer.Agent.Route!.Value.Remote);
        Assert.Equal(scene.Offerer.Agent.Route!.Value.Remote, scene.Answerer.Agent.Route!.Value.Local);
    }

    [Fact]
    public void Between_hosts_the_answerer_has_a_way_after_S_and_R_and_the_offerer_after_two_S_and_R()
    {
        IceScene scene = new IceScene(oneWay: R / 2, signaling: S).Gather();
        MonotonicTime start = scene.Connect();

        Assert.Equal(S + R, scene.Answerer.RouteAfter(start), 1e-3);
        Assert.Equal(2 * S + R, scene.Offerer.RouteAfter(start), 1e-3);
    }

    [Fact]
    public void Through_two_port_restricted_NATs_too()
    {
        var nat = new NatBehavior();
        IceScene scene = new IceScene(oneWay: R / 2, signaling: S, offererPlace: IceScene.Behind(nat), answererPlace: IceScene.Behind(nat)).Gather(reflexive: true);
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.InRange(scene.Offerer.RouteAfter(start), 0, 2 * S + R + 1e-3);
        Assert.InRange(scene.Answerer.RouteAfter(start), 0, 2 * S + 1.5 * R + 1e-3);
    }
}
