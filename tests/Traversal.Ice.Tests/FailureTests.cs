using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>When there is no path: when that is said, and why (RFC 8863).</summary>
public sealed class FailureTests
{
    [Fact]
    public void Checks_were_sent_and_nothing_came_back()
    {
        Bench bench = Ended(new Bench());
        bench.Advance(39_499);
        Assert.Equal(IceAgentState.Checking, bench.Agent.State);
        bench.Advance(1);

        AssertFailed(bench, IceFailureReason.NothingCameBack);
        Assert.Equal("Checks were sent, and nothing came back. Pairs: 1; checks sent: 9, of the peer received: 0.", bench.Agent.Failure!.Text);
    }

    [Fact]
    public void As_long_as_candidates_may_come_each_begins_the_wait_anew()
    {
        var bench = new Bench();
        bench.Advance(39_000);
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse("198.51.100.9:9"), foundation: "2"), bench.Now));
        bench.Advance(39_000);
        Assert.Equal(IceAgentState.Checking, bench.Agent.State);
        bench.Advance(501);

        AssertFailed(bench, IceFailureReason.NothingCameBack);
    }

    [Fact]
    public void The_peer_signalled_nothing_and_its_checks_are_waited_for()
    {
        var agent = new Bench(isSignalled: false);
        agent.Do(it => it.SetRemoteParameters(Bench.Peer, agent.Now));
        Ended(agent).Advance(39_499);
        Assert.Equal(IceAgentState.Checking, agent.Agent.State);
        agent.Advance(1);

        AssertFailed(agent, IceFailureReason.NoRemoteCandidates);
    }

    [Fact]
    public void The_versions_of_IP_do_not_meet()
    {
        var bench = new Bench(isSignalled: false);
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse("[2001:db8::1]:1")), bench.Now);
        });
        Ended(bench).Advance(60_000);

        AssertFailed(bench, IceFailureReason.NothingToPair);
    }

    [Fact]
    public void The_own_NAT_maps_each_destination_to_another_port()
    {
        var bench = new Bench();
        foreach ((string mapped, string server) in new[] { ("203.0.113.7:1001", "203.0.113.53:3478"), ("203.0.113.7:1002", "203.0.113.54:3478") })
        {
            bench.Do(agent => agent.AddLocalCandidate(
                IceLocalCandidate.ServerReflexive(TransportAddress.Parse(mapped), in Bench.Local, TransportAddress.Parse(server)), bench.Now));
        }

        Ended(bench).Advance(60_000);
        AssertFailed(bench, IceFailureReason.RelayNeeded);
    }

    [Fact]
    public void The_own_NAT_has_given_another_port_to_the_same_server_which_says_nothing_of_other_destinations()
    {
        var bench = new Bench();
        foreach (string mapped in new[] { "203.0.113.7:1001", "203.0.113.7:1002" })
        {
            bench.Do(agent => agent.AddLocalCandidate(
                IceLocalCandidate.ServerReflexive(TransportAddress.Parse(mapped), in Bench.Local, IceScene.Server), bench.Now));
        }

        Ended(bench).Advance(60_000);
        AssertFailed(bench, IceFailureReason.NothingCameBack);
    }

    [Fact]
    public void The_peers_checks_came_and_were_refused_as_both_have_one_role()
    {
        Bench bench = Ended(new Bench(IceRole.Controlling));
        bench.Ask(CheckBuilder.For(bench.Agent) with { Role = StunAttributeType.IceControlling, TieBreaker = 0 }, TransportAddress.Parse("198.51.100.2:6001"));
        bench.Advance(60_000);

        AssertFailed(bench, IceFailureReason.OneWay);
        Assert.Contains("of the peer received: 1", bench.Agent.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_is_open_in_one_direction()
    {
        Bench bench = Ended(new Bench());
        for (int i = 0; i < 60; i++)
        {
            bench.Advance(1000);
            bench.Arrive(CheckBuilder.For(bench.Agent).Build());
        }

        bench.Advance(60_000);
        AssertFailed(bench, IceFailureReason.OneWay);
    }

    [Fact]
    public void The_peer_refuses_or_has_another_password_or_answers_from_elsewhere()
    {
        var bench = new Bench();
        bench.Answer(bench.FirstCheck(), StunErrorCode.BadRequest);
        Ended(bench).Advance(60_000);
        AssertFailed(bench, IceFailureReason.Refused);
        Assert.Contains("400", bench.Agent.Failure!.Text, StringComparison.Ordinal);

        bench = new Bench();
        bench.Answer(bench.FirstCheck(), password: "anotheranotheranotheranother");
        Ended(bench).Advance(60_000);
        AssertFailed(bench, IceFailureReason.WrongPassword);

        bench = new Bench();
        bench.Answer(bench.FirstCheck(), source: TransportAddress.Parse("198.51.100.2:6001"));
        Ended(bench).Advance(60_000);
        AssertFailed(bench, IceFailureReason.AnsweredFromElsewhere);
    }

    [Fact]
    public void Checks_that_come_for_ever_do_not_make_it_wait_for_ever()
    {
        Bench bench = Ended(new Bench());
        for (uint i = 0; i < 720; i++)
        {
            bench.Advance(100);
            bench.Arrive(CheckBuilder.For(bench.Agent).Build(), TransportAddress.FromIPv4(0xCB00_7100 + i, 7));
        }

        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
    }

    [Fact]
    public void The_timeline_of_a_pair_tells_its_story()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        bench.Advance(600_000, _ => true);

        IcePairReport pair = bench.Agent.GetPairs().Single();
        Assert.Equal(
            [IcePairStep.Paired, IcePairStep.CheckSent, IcePairStep.Answered, IcePairStep.Selected],
            pair.Timeline.Take(4).Select(moment => moment.Step));
        Assert.Contains(pair.Timeline, moment => moment.Step == IcePairStep.Nominated);
        Assert.InRange(pair.Timeline.Count, 6, 16);
        Assert.True(pair.ChecksSent > 100);
        Assert.Equal(pair.ChecksSent, pair.ResponsesReceived);
        Assert.True(pair.IsSelected && pair.IsNominated);
    }

    private static Bench Ended(Bench bench)
    {
        bench.Do(agent =>
        {
            agent.EndLocalCandidates(bench.Now);
            agent.EndRemoteCandidates(bench.Now);
        });
        return bench;
    }

    private static void AssertFailed(Bench bench, IceFailureReason reason)
    {
        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
        Assert.Equal(reason, bench.Agent.Failure!.Reason);
        Assert.Equal(MonotonicTime.Never, bench.Agent.NextDeadline);
    }
}
