using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 8 and 9: nomination, conclusion and restart.</summary>
public sealed class Section8Concluding
{
    private static readonly TransportAddress Better = TransportAddress.Parse("198.51.100.3:6000");

    [Fact]
    [Trait("Requirement", "RFC8445-8.1.1-3")]
    [Trait("Requirement", "RFC8445-8.1.2-1")]
    public void After_the_nomination_no_other_pair_is_nominated_nor_checked()
    {
        Bench bench = TwoPairs(IceRole.Controlling);
        bench.Answer(bench.Sent[0]);
        bench.Advance(500);
        bench.Answer(bench.Checks.Last(check => IceScene.Parse(check).Has(StunAttributeType.UseCandidate)));
        int before = bench.Sent.Count;
        bench.Advance(60_000, _ => true);

        Assert.All(bench.Transmits.Skip(before), transmit => Assert.Equal(Bench.Remote, transmit.Remote));
        Assert.All(bench.Sent.Skip(before), check => Assert.False(IceScene.Parse(check).Has(StunAttributeType.UseCandidate)));
        Assert.Single(bench.Agent.GetPairs());
    }

    [Fact]
    [Trait("Requirement", "RFC8445-8.1.1-4")]
    public void Of_several_nominated_pairs_the_one_of_the_highest_priority_is_used()
    {
        Bench bench = TwoPairs(IceRole.Controlled);
        foreach ((TransportAddress address, int sent) in new[] { (Better, 1), (Bench.Remote, 0) })
        {
            bench.Answer(bench.Sent[sent], source: address);
            bench.Arrive((CheckBuilder.For(bench.Agent) with { UseCandidate = true }).Build(), address);
        }

        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-8.1.2-2")]
    [Trait("Requirement", "RFC8445-8.3.1-1")]
    [Trait("Requirement", "RFC8445-11-12")]
    public void Checks_are_answered_after_the_conclusion_too()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
        bench.Advance(10_000, _ => true);
        foreach (TransportAddress source in new[] { Bench.Remote, Better })
            Assert.Equal(StunClass.SuccessResponse, IceScene.Parse(bench.Ask(CheckBuilder.For(bench.Agent), source)).Class);

        Assert.Single(bench.Agent.GetPairs());
    }

    [Fact]
    [Trait("Requirement", "RFC8445-8.1.2-4")]
    [Trait("Requirement", "RFC8445-8.1.2-5")]
    [Trait("Requirement", "RFC8445-12.1-3")]
    [Trait("Requirement", "RFC8445-11-8")]
    public void When_no_pair_is_left_the_session_has_failed_and_nothing_is_sent()
    {
        var bench = new Bench();
        bench.Do(agent =>
        {
            agent.EndLocalCandidates(bench.Now);
            agent.EndRemoteCandidates(bench.Now);
        });
        bench.Advance(60_000);
        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
        int sent = bench.Sent.Count;
        bench.Advance(3_600_000);

        Assert.Equal(sent, bench.Sent.Count);
        Assert.False(bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-9-2")]
    public void A_restart_changes_fragment_and_password()
    {
        var bench = new Bench();
        IceParameters before = bench.Agent.LocalParameters;
        bench.Do(agent => agent.Restart(bench.Now));

        Assert.NotEqual(before.Ufrag, bench.Agent.LocalParameters.Ufrag, StringComparer.Ordinal);
        Assert.NotEqual(before.Password, bench.Agent.LocalParameters.Password, StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-10-1")]
    public void The_option_ice2_is_said() => Assert.Contains("ice2", new Bench().Agent.LocalParameters.Options.Split(' '), StringComparer.Ordinal);

    private static Bench TwoPairs(IceRole role)
    {
        var bench = new Bench(role);
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Better, int.MaxValue, "2"), bench.Now));
        return bench;
    }
}
