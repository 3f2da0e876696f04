using Traversal.Primitives;

namespace Traversal.Ice.Tests;

/// <summary>Beginning anew without losing what there is (RFC 8445 section 9).</summary>
public sealed class RestartTests
{
    [Fact]
    public void Data_goes_on_through_a_restart_and_moves_when_there_is_a_new_path()
    {
        IceScene scene = new IceScene().Gather();
        scene.Connect();
        scene.Network.Run(TimeSpan.FromSeconds(20));
        string ufrag = scene.Offerer.Agent.LocalParameters.Ufrag, password = scene.Offerer.Agent.LocalParameters.Password;

        scene.Offerer.Do(agent => agent.Restart(scene.Network.Now));
        Assert.NotEqual(ufrag, scene.Offerer.Agent.LocalParameters.Ufrag, StringComparer.Ordinal);
        Assert.NotEqual(password, scene.Offerer.Agent.LocalParameters.Password, StringComparer.Ordinal);
        scene.AssertConnected("before the other side knows");
        scene.Signaling.Offer();
        for (int i = 0; i < 40; i++)
        {
            scene.Network.Run(TimeSpan.FromMilliseconds(10));
            scene.AssertConnected($"step {i}");
        }

        scene.Network.Run(TimeSpan.FromSeconds(60));
        scene.AssertConnected("a minute later");
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Agent.State);
        Assert.Equal(IceAgentState.Completed, scene.Answerer.Agent.State);
        Assert.DoesNotContain(scene.Offerer.Events.Concat(scene.Answerer.Events), happened => happened.Event.State is IceAgentState.Failed or IceAgentState.Disconnected);
    }

    [Fact]
    public void Other_parameters_of_the_peer_are_a_restart_of_this_side_too_and_the_same_ones_are_none()
    {
        var bench = new Bench();
        IceParameters before = bench.Agent.LocalParameters;
        bench.Do(agent => Assert.True(agent.SetRemoteParameters(Bench.Peer, bench.Now)));
        Assert.Equal(before, bench.Agent.LocalParameters);
        bench.Do(agent => Assert.True(agent.SetRemoteParameters(Bench.Peer with { Ufrag = "again" }, bench.Now)));

        Assert.NotEqual(before.Ufrag, bench.Agent.LocalParameters.Ufrag, StringComparer.Ordinal);
        Assert.NotEqual(before.Password, bench.Agent.LocalParameters.Password, StringComparer.Ordinal);
    }

    [Fact]
    public void The_old_path_keeps_its_consent_and_its_checks_are_answered()
    {
        var bench = new Bench(IceRole.Controlling);
        bench.Connect();
        bench.Answer(bench.Checks.Last());
        CheckBuilder old = CheckBuilder.For(bench.Agent);
        bench.Do(agent => agent.Restart(bench.Now));
        int before = bench.Checks.Count();
        bench.Advance(20_000);
        Assert.InRange(bench.Checks.Count() - before, 3, 5);
        Assert.Equal(Traversal.Stun.StunClass.SuccessResponse, IceScene.Parse(bench.Ask(old)).Class);
        bench.Advance(10_000);

        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    public void Of_the_session_before_the_path_alone_is_checked()
    {
        var bench = new Bench(IceRole.Controlling, peer: Bench.Peer with { SupportsRenomination = true });
        TransportAddress better = TransportAddress.Parse("198.51.100.3:1");
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(better, CandidatePriority.Max, "2"), bench.Now));
        bench.Connect();
        bench.Do(agent => agent.Restart(bench.Now));
        int before = bench.Transmits.Count;
        bench.Advance(20_000);

        Assert.InRange(bench.Transmits.Count - before, 3, 5);
        Assert.All(bench.Transmits.Skip(before), transmit => Assert.Equal(Bench.Remote, transmit.Remote));
    }

    [Fact]
    public void A_restart_that_leads_to_nothing_leaves_the_old_path()
    {
        var bench = new Bench(IceRole.Controlling);
        bench.Connect();
        bench.Answer(bench.Checks.Last());
        TransportAddress nobody = TransportAddress.Parse("203.0.113.1:1");
        bench.Do(agent =>
        {
            agent.Restart(bench.Now);
            agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(nobody), bench.Now);
            agent.EndLocalCandidates(bench.Now);
            agent.EndRemoteCandidates(bench.Now);
        });
        for (int second = 0; second < 60; second++)
        {
            bench.Advance(1000);
            int consent = Enumerable.Range(0, bench.Sent.Count).Last(i => bench.Transmits[i].Remote == Bench.Remote);
            bench.Answer(bench.Sent[consent], password: Bench.Peer.Password);
        }

        Assert.Contains(bench.Events, happened => happened.Kind == IceEventKind.RestartFailed);
        Assert.Equal(IceFailureReason.NothingCameBack, bench.Agent.Failure!.Reason);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void Candidates_of_the_old_generation_are_dropped_by_their_fragment()
    {
        var bench = new Bench();
        IceCandidate late = Bench.Candidate(TransportAddress.Parse("203.0.113.1:1")) with { Extensions = "generation 0 ufrag gone" };
        bench.Do(agent => Assert.Equal(IceCandidateVerdict.OtherGeneration, agent.AddRemoteCandidate(late, bench.Now)));

        bench.Do(agent => agent.Restart(bench.Now));
        bench.Do(agent => Assert.Equal(IceCandidateVerdict.Added, agent.AddRemoteCandidate(late, bench.Now)));
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now));
        Assert.Empty(bench.Agent.GetPairs());
    }

    [Fact]
    public void The_address_of_the_path_goes_and_another_comes()
    {
        IceScene scene = new IceScene().Gather();
        scene.Connect();
        TransportAddress gone = scene.OffererAddress.WithPort(5000), next = TransportAddress.Parse("198.18.1.77:0");
        scene.OffererHost.Disconnect(in gone);
        scene.Offerer.Do(agent => agent.RemoveLocalCandidate(in gone, scene.Network.Now));
        Assert.Null(scene.Offerer.Agent.Route);
        scene.OffererHost.Connect(scene.Network.Internet, in next);
        scene.Offerer.Do(agent => agent.Restart(scene.Network.Now));
        scene.Offerer.AddHost(next.WithPort(5001).ToString(), signals: false);
        scene.Connect();

        scene.Network.Run(TimeSpan.FromSeconds(5));
        scene.AssertConnected();
        Assert.Equal(next.WithPort(5001), scene.Offerer.Agent.Route!.Value.Local);
        Assert.Equal(next.WithPort(5001), scene.Answerer.Agent.Route!.Value.Remote);
    }
}
