using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests.Rivals;

/// <summary>What libjuice does wrong: one side of the role conflict, triggered checks that wait, and frozen pairs that stay so.</summary>
public sealed class LibjuiceTests
{
    [Fact]
    public void Of_two_controlled_agents_the_one_with_the_larger_tie_breaker_takes_the_other_role_and_the_other_stays()
    {
        Bench larger = new(IceRole.Controlled), smaller = new(IceRole.Controlled);
        CheckBuilder claim = CheckBuilder.For(larger.Agent) with { Role = StunAttributeType.IceControlled };
        Assert.Equal(StunErrorCode.None, Bench.CodeOf(larger.Ask(claim with { TieBreaker = 0 })));
        Assert.Equal(StunErrorCode.RoleConflict, Bench.CodeOf(smaller.Ask(claim with { Username = Name(smaller), Password = smaller.Agent.LocalParameters.Password, TieBreaker = ulong.MaxValue })));

        Assert.Equal((IceRole.Controlling, IceRole.Controlled), (larger.Agent.Role, smaller.Agent.Role));
    }

    [Fact]
    public void A_check_makes_one_back_in_the_same_step()
    {
        var bench = new Bench();
        TransportAddress elsewhere = TransportAddress.Parse("203.0.113.4:4");
        MonotonicTime now = bench.Now;
        bench.Arrive(CheckBuilder.For(bench.Agent).Build(), elsewhere);

        Assert.Equal((now, elsewhere), (bench.SentAt[^1], bench.Transmits[^1].Remote));
        Assert.True(IceScene.IsRequest(bench.Sent[^1]));
    }

    [Fact]
    public void It_goes_before_all_that_wait()
    {
        TransportAddress elsewhere = TransportAddress.Parse("203.0.113.4:4");
        var bench = new Bench(isSignalled: false);
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            for (uint i = 0; i < 60; i++) agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xC612_0000 + i, 7), 100_000 - i, $"f{i}"), bench.Now);
        });
        int before = bench.Sent.Count;
        Assert.InRange(before, 1, 40);
        bench.Arrive((CheckBuilder.For(bench.Agent) with { Priority = 1 }).Build(), elsewhere);
        bench.Advance(1000);

        Assert.Equal(elsewhere, bench.Transmits.Skip(before).First(transmit => IceScene.IsRequest(bench.Sent[bench.Transmits.IndexOf(transmit)])).Remote);
    }

    [Fact]
    public void A_frozen_pair_is_checked_though_nothing_of_its_foundation_answers()
    {
        TransportAddress first = TransportAddress.Parse("203.0.113.1:1"), second = first.WithPort(2);
        var bench = new Bench();
        bench.Do(agent =>
        {
            agent.AddRemoteCandidate(Bench.Candidate(first, 1000, "same"), bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(second, 999, "same"), bench.Now);
        });
        Assert.DoesNotContain(bench.Transmits, transmit => transmit.Remote == second);
        bench.Advance(1000, check => bench.Transmits[bench.Sent.IndexOf(check)].Remote == second);

        Assert.Equal(second, bench.Agent.Route!.Value.Remote);
    }

    private static string Name(Bench bench) => $"{bench.Agent.LocalParameters.Ufrag}:peer";
}
