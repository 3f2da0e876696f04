using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Whether the peer still wants data (RFC 7675 section 5.1).</summary>
public sealed class ConsentTests
{
    [Fact]
    public void Checks_for_consent_go_every_four_to_six_seconds_by_chance_each_with_an_id_of_its_own()
    {
        Bench bench = Connected();
        int before = bench.Sent.Count;
        bench.Advance(3_600_000, _ => true);

        double[] gaps = [.. bench.SentAt.Skip(before).Zip(bench.SentAt.Skip(before + 1), (one, next) => (next - one).TotalSeconds)];
        Assert.All(gaps, gap => Assert.InRange(gap, 4, 6.001));
        Assert.InRange(gaps.Average(), 4.8, 5.2);
        Assert.True(gaps.Distinct().Count() > gaps.Length / 2);
        Assert.Distinct(bench.Checks.Select(check => IceScene.Parse(check).TransactionId));
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void After_thirty_seconds_without_an_answer_nothing_more_is_sent_and_the_failure_says_why()
    {
        Bench bench = Connected();
        bench.Advance(9_900);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
        bench.Advance(200);
        Assert.Equal(IceAgentState.Disconnected, bench.Agent.State);
        bench.Advance(19_800);
        Assert.NotNull(bench.Agent.Route);
        bench.Advance(200);

        Assert.Null(bench.Agent.Route);
        Assert.False(bench.Agent.TryRoute(1, out _));
        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
        Assert.Equal(IceFailureReason.ConsentLost, bench.Agent.Failure!.Reason);
        int sent = bench.Sent.Count;
        bench.Advance(600_000);
        Assert.Equal(sent, bench.Sent.Count);
    }

    [Fact]
    public void A_peer_that_answers_again_is_connected_again()
    {
        Bench bench = Connected();
        bench.Advance(25_000);
        Assert.Equal(IceAgentState.Disconnected, bench.Agent.State);
        bench.Answer(bench.Checks.Last());

        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
        bench.Advance(29_000);
        Assert.NotNull(bench.Agent.Route);
    }

    [Fact]
    public void Neither_data_nor_checks_nor_keepalives_nor_forged_answers_are_consent()
    {
        Bench bench = Connected();
        for (int second = 0; second < 30; second++)
        {
            bench.Advance(1000);
            Assert.Equal(IceArrival.Data, bench.Arrive([0x80, 1, 2, 3]));
            bench.Arrive(CheckBuilder.For(bench.Agent).Build());
            bench.Arrive(new CheckBuilder { Class = StunClass.Indication, Priority = null, Role = null }.Build());
            byte[] check = bench.Checks.Last();
            Assert.Equal(IceArrival.Dropped, bench.Arrive(CheckBuilder.Answer(check, null, in Bench.Local)));
            Assert.Equal(IceArrival.Dropped, bench.Answer(check, password: "somebodyelsesomebodyelse"));
        }

        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    public void An_answer_from_elsewhere_is_no_consent_and_does_no_harm()
    {
        Bench bench = Connected();
        bench.Advance(7_000);
        bench.Answer(bench.Checks.Last(), source: TransportAddress.Parse("203.0.113.9:1"));
        Assert.NotNull(bench.Agent.Route);
        bench.Advance(23_000);

        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    public void A_late_answer_does_not_bring_back_what_was_lost_nor_does_a_check_of_the_peer()
    {
        Bench bench = Connected();
        bench.Advance(30_000);
        byte[] last = bench.Checks.Last();
        int sent = bench.Checks.Count();
        Assert.Equal(IceArrival.Dropped, bench.Answer(last));
        bench.Arrive(CheckBuilder.For(bench.Agent).Build());
        bench.Advance(60_000);

        Assert.Null(bench.Agent.Route);
        Assert.Equal(sent, bench.Checks.Count());
    }

    [Fact]
    public void A_pair_that_lost_it_is_not_used_again_whatever_the_peer_nominates()
    {
        TransportAddress other = TransportAddress.Parse("198.51.100.3:1");
        var bench = new Bench(peer: Bench.Peer with { SupportsRenomination = true });
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(other, 1000, "2"), bench.Now));
        bench.Answer(bench.Sent[0]);
        bench.Advance(6_000, _ => false);
        bench.Answer(bench.Checks.Last(check => bench.Transmits[bench.Sent.IndexOf(check)].Remote == other), source: other);
        bench.Answer(bench.Checks.Last(check => bench.Transmits[bench.Sent.IndexOf(check)].Remote == Bench.Remote), StunErrorCode.Forbidden);
        Assert.Equal(other, bench.Agent.Route!.Value.Remote);
        int before = bench.Checks.Count();
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true, Nomination = 9 });

        Assert.Equal(other, bench.Agent.Route!.Value.Remote);
        Assert.Equal(before, bench.Checks.Count());
        Assert.DoesNotContain(bench.Agent.GetPairs(), pair => pair.IsNominated);
    }

    [Fact]
    public void An_error_is_no_consent_and_403_ends_it_at_once()
    {
        Bench bench = Connected();
        bench.Advance(29_000, answers: check =>
        {
            bench.Answer(check, StunErrorCode.BadRequest);
            return false;
        });
        Assert.NotNull(bench.Agent.Route);
        bench.Answer(bench.Checks.Last(), StunErrorCode.Forbidden, password: "somebodyelsesomebodyelse");
        Assert.NotNull(bench.Agent.Route);
        bench.Advance(1_001);
        Assert.Null(bench.Agent.Route);

        bench = Connected();
        bench.Advance(6_000);
        bench.Answer(bench.Checks.Last(), StunErrorCode.Forbidden);
        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    public void A_path_that_is_silent_for_ten_seconds_is_checked_like_a_new_one()
    {
        Bench bench = Connected();
        int before = bench.Sent.Count;
        bench.Advance(10_000);
        Assert.InRange(bench.Sent.Count - before, 2, 3);
        bench.Advance(400);
        Assert.InRange(bench.Sent.Count - before, 6, 7);
        bench.Answer(bench.Checks.Last());
        int after = bench.Sent.Count;
        bench.Advance(3_000);

        Assert.InRange(bench.Sent.Count - after, 0, 1);
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    [Fact]
    public void Checks_for_consent_need_no_token()
    {
        var pacer = new CheckPacer(TimeSpan.FromHours(1), burst: 2);
        Bench bench = new Bench(IceRole.Controlling, pacer: pacer).Connect();
        bench.Answer(bench.Checks.Last());
        bench.Advance(120_000, _ => true);

        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }

    private static Bench Connected()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
        return bench;
    }
}
