using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 section 6.1: roles, and the pairs of a checklist.</summary>
public sealed class Section6_1Checklists
{
    [Theory]
    [Trait("Requirement", "RFC8445-6.1.1-1")]
    [Trait("Requirement", "RFC8445-6.1.1-3")]
    [InlineData(false)]
    [InlineData(true)]
    public void Between_two_full_and_between_two_lite_agents_the_initiator_controls(bool areLite)
    {
        foreach (IceRole role in Enum.GetValues<IceRole>())
        {
            var bench = new Bench(role, options => options.IsLite = areLite, Bench.Peer with { IsLite = areLite });
            Assert.Equal(role, bench.Agent.Role);
        }
    }

    [Theory]
    [Trait("Requirement", "RFC8445-6.1.1-2")]
    [InlineData(IceRole.Controlling)]
    [InlineData(IceRole.Controlled)]
    public void A_full_agent_controls_a_lite_one_whoever_began(IceRole role)
    {
        Assert.Equal(IceRole.Controlling, new Bench(role, peer: Bench.Peer with { IsLite = true }).Agent.Role);
        Assert.Equal(IceRole.Controlled, new Bench(role, options => options.IsLite = true).Agent.Role);
    }

    [Theory]
    [Trait("Requirement", "RFC8445-6.1.1-4")]
    [Trait("Requirement", "RFC8445-9-3")]
    [InlineData(IceRole.Controlling)]
    [InlineData(IceRole.Controlled)]
    public void A_restart_keeps_the_role(IceRole role)
    {
        var bench = new Bench(role);
        bench.Do(agent => agent.Restart(bench.Now));
        Assert.Equal(role, bench.Agent.Role);
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now));

        Assert.Equal(role, bench.Agent.Role);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-6.1.1-5")]
    [Trait("Requirement", "RFC8445-6.1.1-6")]
    public void A_peer_that_comes_back_lite_is_controlled_and_one_that_claims_the_other_role_is_followed()
    {
        var bench = new Bench(IceRole.Controlled);
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other", IsLite = true }, bench.Now));
        Assert.Equal(IceRole.Controlling, bench.Agent.Role);

        bench = new Bench(IceRole.Controlling);
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now));
        bench.Ask(CheckBuilder.For(bench.Agent) with { Role = StunAttributeType.IceControlling, TieBreaker = ulong.MaxValue });
        Assert.Equal(IceRole.Controlled, bench.Agent.Role);
    }

    [Theory]
    [Trait("Requirement", "RFC8445-6.1.2.2-1")]
    [InlineData("[fe80::1%2]:1", "[2001:db8::2]:1", 0)]
    [InlineData("[2001:db8::1]:1", "[fe80::2]:1", 0)]
    [InlineData("[fe80::1%2]:1", "[fe80::2]:1", 1)]
    public void Link_local_goes_with_link_local_alone(string local, string remote, int pairs)
    {
        var agent = new IceAgent(new IceAgentOptions(), new CheckPacer(), RandomSource.Seeded(1));
        agent.AddLocalCandidate(IceLocalCandidate.Host(TransportAddress.Parse(local)), MonotonicTime.Zero);
        agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse(remote)), MonotonicTime.Zero);

        Assert.Equal(pairs, agent.GetPairs().Count);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-6.1.2.4-1")]
    public void A_reflexive_candidate_is_replaced_by_its_base()
    {
        var bench = new Bench(isSignalled: false);
        bench.Do(agent =>
        {
            agent.RemoveLocalCandidate(in Bench.Local, bench.Now);
            agent.AddLocalCandidate(IceLocalCandidate.ServerReflexive(TransportAddress.Parse("203.0.113.1:1"), in Bench.Local), bench.Now);
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), bench.Now);
        });

        Assert.Equal(Bench.Local, bench.Transmits.Single().Local);
    }

    [Theory]
    [Trait("Requirement", "RFC8445-6.1.2.5-1")]
    [Trait("Requirement", "RFC8445-6.1.2.5-2")]
    [Trait("Requirement", "RFC8445-19.5.1-1")]
    [InlineData(null, 100)]
    [InlineData(7, 7)]
    public void There_are_a_hundred_pairs_at_most_or_as_many_as_the_option_says(int? limit, int expected)
    {
        var bench = new Bench(configure: options => options.MaxPairs = limit ?? options.MaxPairs);
        for (ushort port = 1; port <= 4; port++) bench.Do(agent => agent.AddLocalCandidate(IceLocalCandidate.Host(Bench.Local.WithPort(port)), bench.Now));
        for (ushort i = 1; i <= 60; i++) bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote.WithPort(i), 1000u + i, $"{i}"), bench.Now));

        Assert.Equal(expected, bench.Agent.GetPairs().Count);
    }
}
