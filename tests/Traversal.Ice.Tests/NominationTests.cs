using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Which pair is used in the end (RFC 8445 section 8.1), and when the controlling agent says so.</summary>
public sealed class NominationTests
{
    private static readonly TransportAddress Better = TransportAddress.Parse("198.51.100.3:6000");

    private static readonly IceParameters Renominating = Bench.Peer with { SupportsRenomination = true };

    [Fact]
    public void The_only_pair_is_nominated_at_once()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();

        Assert.True(Nominates(bench.Sent[^1]));
        bench.Answer(bench.Sent[^1]);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void A_pair_that_may_be_better_is_waited_for_as_long_as_the_option_says()
    {
        Bench bench = WithBetter(Bench.Peer);
        bench.Answer(CheckTo(bench, Bench.Remote));
        Assert.NotNull(bench.Agent.Route);
        bench.Advance(499);
        Assert.DoesNotContain(bench.Checks, Nominates);
        bench.Advance(1);

        Assert.Single(bench.Checks, Nominates);
        Assert.Equal(Bench.Remote, bench.Transmits[bench.Sent.FindIndex(Nominates)].Remote);
    }

    [Fact]
    public void When_the_best_pair_is_valid_nothing_is_waited_for()
    {
        Bench bench = WithBetter(Bench.Peer);
        bench.Answer(CheckTo(bench, Better), source: Better);

        Assert.Equal(Better, bench.Transmits[bench.Sent.FindIndex(Nominates)].Remote);
    }

    [Fact]
    public void A_peer_that_does_not_renominate_is_asked_once_and_what_is_left_is_removed()
    {
        Bench bench = WithBetter(Bench.Peer);
        bench.Answer(CheckTo(bench, Bench.Remote));
        bench.Advance(500);
        byte[] late = CheckTo(bench, Better);
        bench.Answer(bench.Sent.Find(Nominates)!);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
        Assert.Equal(IceArrival.Dropped, bench.Answer(late, source: Better));
        bench.Advance(20_000, _ => true);

        Assert.Single(bench.Checks, Nominates);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        Assert.Single(bench.Agent.GetPairs());
    }

    [Fact]
    public void Nor_is_it_asked_for_a_better_pair_while_it_has_not_answered()
    {
        Bench bench = WithBetter(Bench.Peer);
        bench.Answer(CheckTo(bench, Bench.Remote));
        bench.Advance(500);
        bench.Answer(CheckTo(bench, Better), source: Better);
        bench.Advance(2_000);

        Assert.All(bench.Sent.Index().Where(sent => IceScene.IsRequest(sent.Item) && Nominates(sent.Item)), sent => Assert.Equal(Bench.Remote, bench.Transmits[sent.Index].Remote));
        Assert.Contains(bench.Checks, Nominates);
    }

    [Fact]
    public void A_peer_that_renominates_is_asked_at_once_and_again_for_a_better_pair()
    {
        Bench bench = WithBetter(Renominating);
        bench.Answer(CheckTo(bench, Bench.Remote));
        byte[] first = bench.Sent[^1];
        Assert.True(Nominates(first));
        bench.Answer(first);
        Assert.Equal(IceAgentState.Connected, bench.Agent.State);
        bench.Answer(CheckTo(bench, Better), source: Better);
        byte[] second = bench.Sent[^1];
        bench.Answer(second, source: Better);

        Assert.True(NumberOf(second) > NumberOf(first));
        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void A_pair_that_a_check_made_look_better_gives_way_to_the_direct_one_when_its_candidate_is_signalled_as_relayed()
    {
        const uint ServerReflexive = 1_694_498_815, Relayed = 16_777_215;
        var bench = new Bench(IceRole.Controlling, isSignalled: false);
        bench.Do(agent => agent.SetRemoteParameters(Renominating, bench.Now));
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote, ServerReflexive, kind: IceCandidateKind.ServerReflexive), bench.Now));
        bench.Answer(bench.Sent[^1]);
        bench.Answer(bench.Sent[^1]);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);

        bench.Arrive(CheckBuilder.For(bench.Agent).Build(), Better);
        bench.Answer(bench.Sent[^1], source: Better);
        bench.Answer(bench.Sent[^1], source: Better);
        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);

        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Better, Relayed, "2", IceCandidateKind.Relayed), bench.Now));
        bench.Advance(10);
        Assert.True(Nominates(bench.Sent[^1]));
        bench.Answer(bench.Sent[^1]);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void What_may_work_is_checked_on_while_nobody_has_signalled_the_candidate_in_use()
    {
        var bench = new Bench(IceRole.Controlling, peer: Renominating, isSignalled: false);
        bench.Do(agent => agent.SetRemoteParameters(Renominating, bench.Now));
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote, priority: 1_694_498_815, kind: IceCandidateKind.ServerReflexive), bench.Now));
        bench.Arrive(CheckBuilder.For(bench.Agent).Build(), Better);
        bench.Answer(bench.Sent[^1], source: Better);
        bench.Answer(bench.Sent[^1], source: Better);
        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);
        bench.Answer(CheckTo(bench, Bench.Remote));
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Better, priority: 16_777_215, "2", IceCandidateKind.Relayed), bench.Now));
        bench.Advance(10);
        bench.Answer(bench.Sent[^1]);

        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void The_highest_number_of_a_nomination_wins_whatever_the_order_and_the_priority()
    {
        Bench bench = WithBetter(Renominating, IceRole.Controlled);
        bench.Answer(CheckTo(bench, Bench.Remote));
        bench.Answer(CheckTo(bench, Better), source: Better);
        bench.Ask(Nomination(bench, 2), Bench.Remote);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        bench.Ask(Nomination(bench, 1), Better);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        bench.Ask(Nomination(bench, 3), Better);
        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_an_aggressive_peers_nominations_the_pair_of_the_highest_priority_is_used(bool betterFirst)
    {
        Bench bench = WithBetter(Bench.Peer, IceRole.Controlled);
        foreach (TransportAddress address in betterFirst ? new[] { Better, Bench.Remote } : [Bench.Remote, Better])
        {
            bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true }, address);
            bench.Answer(CheckTo(bench, address), source: address);
        }

        Assert.Equal(Better, bench.Agent.Route!.Value.Remote);
        Assert.True(bench.Agent.GetPairs().Single(pair => pair.IsSelected).IsNominated);
    }

    [Fact]
    public void A_nomination_that_comes_before_the_own_check_is_answered_counts_when_it_is()
    {
        var bench = new Bench();
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });
        Assert.Null(bench.Agent.Route);
        bench.Answer(bench.Sent[^1]);

        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void A_nomination_that_is_lost_is_repeated_and_one_that_is_refused_makes_the_next_pair_be_asked_for()
    {
        Bench bench = WithBetter(Bench.Peer);
        bench.Answer(CheckTo(bench, Bench.Remote));
        bench.Answer(CheckTo(bench, Better), source: Better);
        bench.Advance(160);
        Assert.Equal(3, bench.Checks.Count(Nominates));
        bench.Answer(bench.Checks.Last(Nominates), StunErrorCode.BadRequest, Better);

        Assert.Equal(Bench.Remote, bench.Transmits[bench.Sent.FindLastIndex(Nominates)].Remote);
        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single(pair => pair.Remote.Address == Better).State);
    }

    [Fact]
    public void The_controlled_agent_never_nominates()
    {
        Bench bench = new Bench(IceRole.Controlled, peer: Renominating).Connect();
        bench.Advance(30_000, _ => true);

        Assert.DoesNotContain(bench.Checks, Nominates);
    }

    private static Bench WithBetter(IceParameters peer, IceRole role = IceRole.Controlling)
    {
        var bench = new Bench(role, peer: peer);
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Better, CandidatePriority.Max, "2"), bench.Now));
        return bench;
    }

    private static byte[] CheckTo(Bench bench, TransportAddress address) =>
        bench.Sent[Enumerable.Range(0, bench.Sent.Count).Last(i => bench.Transmits[i].Remote == address && IceScene.IsRequest(bench.Sent[i]))];

    private static CheckBuilder Nomination(Bench bench, uint number) => CheckBuilder.For(bench.Agent) with { UseCandidate = true, Nomination = number };

    private static bool Nominates(byte[] bytes) => IceScene.Parse(bytes).Has(StunAttributeType.UseCandidate);

    private static uint NumberOf(byte[] bytes)
    {
        Assert.True(IceScene.Parse(bytes).TryGetNomination(out uint number));
        return number;
    }
}
