using Traversal.Primitives;
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
