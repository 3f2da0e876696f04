using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Agents that only answer (RFC 8445 section 2.5).</summary>
public sealed class LiteTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_full_and_a_lite_agent_connect_and_stay_so(bool offererIsLite, bool answererIsLite)
    {
        IceScene scene = new IceScene(
            configureOfferer: options => options.IsLite = offererIsLite, configureAnswerer: options => options.IsLite = answererIsLite).Gather();
        scene.Connect();
        scene.AssertConnected();
        scene.Network.Run(TimeSpan.FromMinutes(5));

        scene.AssertConnected("five minutes later");
        IcePeer lite = offererIsLite ? scene.Offerer : scene.Answerer;
        Assert.Equal(IceRole.Controlled, lite.Agent.Role);
        Assert.DoesNotContain(lite.Sent, sent => IceScene.IsRequest(sent.Bytes));
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Agent.State);
        Assert.Equal(IceAgentState.Completed, scene.Answerer.Agent.State);
    }

    [Fact]
    public void Two_lite_agents_use_their_best_pair_without_any_check()
    {
        IceScene scene = new IceScene(configureOfferer: options => options.IsLite = true, configureAnswerer: options => options.IsLite = true).Gather();
        scene.Connect();
        scene.AssertConnected();
        scene.Network.Run(TimeSpan.FromMinutes(2));

        scene.AssertConnected("two minutes later");
        Assert.Equal(IceRole.Controlling, scene.Offerer.Agent.Role);
        Assert.All(scene.Offerer.Sent, sent => Assert.Equal(StunClass.Indication, IceScene.Parse(sent.Bytes).Class));
        double[] gaps = [.. scene.Offerer.Sent.Zip(scene.Offerer.Sent.Skip(1), (one, next) => (next.At - one.At).TotalSeconds)];
        Assert.NotEmpty(gaps);
        Assert.All(gaps, gap => Assert.Equal(15, gap, 0.001));
    }

    [Fact]
    public void A_lite_agent_sends_no_data_before_a_nomination_and_none_to_who_is_silent()
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Ask(CheckBuilder.For(bench.Agent));
        Assert.Null(bench.Agent.Route);
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });
        Assert.NotNull(bench.Agent.Route);
        bench.Advance(30_001);

        Assert.Null(bench.Agent.Route);
        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
    }

    [Theory]
    [InlineData(false, IceFailureReason.NoChecksCame)]
    [InlineData(true, IceFailureReason.NotNominated)]
    public void A_lite_agent_that_is_not_asked_to_use_a_pair_says_so_in_the_end(bool areChecked, IceFailureReason reason)
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Do(agent => agent.EndLocalCandidates(bench.Now));
        bench.Do(agent => agent.EndRemoteCandidates(bench.Now));
        if (areChecked) bench.Ask(CheckBuilder.For(bench.Agent));
        bench.Advance(71_000);
        Assert.Equal(IceAgentState.Checking, bench.Agent.State);
        bench.Advance(1_000);

        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
        Assert.Equal(reason, bench.Agent.Failure!.Reason);
        Assert.Equal(MonotonicTime.Never, bench.Agent.NextDeadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_nominations_the_later_counts_in_whatever_order_they_come_and_before_the_peer_has_signalled_too(bool isSignalled)
    {
        TransportAddress relayed = TransportAddress.Parse("203.0.113.7:7");
        foreach (bool inOrder in new[] { false, true })
        {
            var bench = new Bench(configure: options => options.IsLite = true, peer: Bench.Peer with { SupportsRenomination = true }, isSignalled: isSignalled);
            CheckBuilder check = CheckBuilder.For(bench.Agent) with { UseCandidate = true };
            byte[] first = (check with { Nomination = 1 }).Build(), second = (check with { Nomination = 2 }).Build();
            if (inOrder) bench.Arrive(first, relayed);
            bench.Arrive(second);
            if (!inOrder) bench.Arrive(first, relayed);

            Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        }
    }

    [Fact]
    public void A_path_that_checks_have_found_stays_though_its_candidate_was_signalled_for_the_session_before()
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Do(agent => agent.Restart(bench.Now));
        string own = bench.Agent.LocalParameters.Ufrag;
        bench.Ask(CheckBuilder.For(bench.Agent) with { Username = $"{own}:other", UseCandidate = true });
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote) with { Extensions = "ufrag peer" }, bench.Now));
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now));

        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        Assert.True(bench.Agent.GetPairs().Single().IsSelected);
    }

    [Fact]
    public void Its_keepalives_are_indications_with_a_fingerprint_and_nothing_else()
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });
        bench.Advance(15_000);

        StunMessage keepalive = IceScene.Parse(bench.Sent[^1]);
        Assert.Equal(StunClass.Indication, keepalive.Class);
        Assert.True(keepalive.IsFingerprintValid());
        Assert.Equal(StunMessage.HeaderLength + 8, keepalive.Bytes.Length);
    }

    [Fact]
    public void A_lite_agent_has_host_candidates_alone()
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Do(agent => Assert.Null(agent.AddLocalCandidate(
            IceLocalCandidate.ServerReflexive(TransportAddress.Parse("203.0.113.7:1"), in Bench.Local), bench.Now)));
    }
}
