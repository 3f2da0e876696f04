using FsCheck;
using FsCheck.Fluent;
using Traversal.Primitives;

namespace Traversal.Ice.Tests;

/// <summary>How many checks go, and when (RFC 8445 section 14).</summary>
public sealed class PacingTests
{
    [Fact]
    public void The_bucket_never_gives_more_than_its_burst_and_one_for_each_interval()
    {
        Gen<int[]> waits = Gen.Choose(0, 9_000_000).ArrayOf();
        Prop.ForAll(waits.ToArbitrary(), steps =>
        {
            var pacer = new CheckPacer(TimeSpan.FromMilliseconds(5), burst: 20);
            var taken = new List<MonotonicTime>();
            MonotonicTime now = MonotonicTime.Zero;
            foreach (int step in steps.SelectMany(step => Enumerable.Repeat(step, 3)))
            {
                now = new MonotonicTime(now.Nanoseconds + step / 3);
                bool expected = pacer.NextAt <= now;
                bool isTaken = pacer.TryTake(now);
                if (expected != isTaken) return false;
                if (isTaken) taken.Add(now);
            }

            return Enumerable.Range(0, taken.Count).All(i =>
                Enumerable.Range(i, taken.Count - i).All(j => j - i + 1 <= 20 + (taken[j] - taken[i]).TotalMilliseconds / 5));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null, 50)]
    [InlineData(5.0, 5)]
    [InlineData(20.0, 20)]
    [InlineData(80.0, 80)]
    [InlineData(1.0, 5)]
    [InlineData(86_400_000.0, 1000)]
    public void The_mean_interval_is_the_slower_of_what_both_signalled_and_50_ms_where_one_did_not(double? peers, double expected)
    {
        Bench bench = Many(100, Bench.Peer with { Pacing = peers is { } pacing ? TimeSpan.FromMilliseconds(pacing) : null });
        Assert.Equal(CheckPacer.DefaultBurst, bench.Sent.Count);
        bench.Advance(expected * 10 + 1);

        Assert.Equal(10, bench.Sent.Count - CheckPacer.DefaultBurst);
    }

    [Fact]
    public void All_agents_of_a_process_share_one_bucket()
    {
        var shared = new CheckPacer();
        Bench[] benches = [.. Enumerable.Range(0, 10).Select(_ => Many(20, Bench.Peer with { Pacing = TimeSpan.FromMilliseconds(5) }, shared))];

        Assert.Equal(CheckPacer.DefaultBurst, benches.Sum(bench => bench.Sent.Count));
        foreach (int _ in Enumerable.Range(0, 200))
        {
            foreach (Bench bench in benches) bench.Advance(1);
        }

        Assert.InRange(benches.Sum(bench => bench.Sent.Count), 55, 61);
    }

    [Fact]
    public void Triggered_checks_go_first_and_new_pairs_before_old_ones()
    {
        Bench bench = Many(30, Bench.Peer with { Pacing = TimeSpan.FromMilliseconds(5) });
        var peer = TransportAddress.FromIPv4(0xCB00_7100 + 29, 7);
        bench.Arrive(CheckBuilder.For(bench.Agent).Build(), peer);
        int before = bench.Transmits.Count;
        bench.Advance(5);
        Assert.Equal(peer, bench.Transmits[before].Remote);
        bench.Advance(45);

        Assert.Equal(30, bench.Transmits.Where(transmit => transmit.Length > 80).Select(transmit => transmit.Remote).Distinct().Count());
    }

    [Fact]
    public void Checks_of_a_pair_are_close_together_at_first_and_ever_further_apart()
    {
        var bench = new Bench();
        bench.Advance(60_000);

        Assert.Equal(
            [0, 50, 150, 350, 850, 1850, 3850, 7850, 15850],
            bench.SentAt.Select(at => (int)Math.Round((at - bench.SentAt[0]).TotalMilliseconds)));
        Assert.Distinct(bench.Sent.Select(sent => IceScene.Parse(sent).TransactionId));
    }

    [Fact]
    public void Pairs_of_one_foundation_wait_for_the_first_of_them_and_go_when_it_is_valid()
    {
        var bench = new Bench();
        for (uint i = 0; i < 3; i++)
        {
            bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xCB00_7100, (ushort)(7 + i)), 1000 - i, "same"), bench.Now));
        }

        Assert.Equal(2, bench.Sent.Count);
        Assert.Equal(2, bench.Agent.GetPairs().Count(pair => pair.State == IcePairState.Frozen));
        bench.Answer(bench.Sent[1], source: bench.Transmits[1].Remote);
        Assert.Equal(4, bench.Sent.Count);
    }

    [Fact]
    public void A_foundation_that_does_not_answer_holds_its_pairs_back_for_fifty_milliseconds_each()
    {
        var bench = new Bench(peer: Bench.Peer with { Pacing = TimeSpan.FromMilliseconds(5) });
        for (uint i = 0; i < 3; i++)
        {
            bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xCB00_7100, (ushort)(7 + i)), 1000 - i, "same"), bench.Now));
        }

        bench.Advance(101);
        Assert.Equal(4, bench.Transmits.Select(transmit => transmit.Remote).Distinct().Count());
    }

    private static Bench Many(uint count, IceParameters peer, CheckPacer? pacer = null)
    {
        var bench = new Bench(isSignalled: false, pacer: pacer);
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(peer, bench.Now);
            for (uint i = 0; i < Math.Min(count, 64); i++)
                agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xCB00_7100 + i, 7), 100_000 - i, $"f{i}"), bench.Now);
        });
        return bench;
    }
}
