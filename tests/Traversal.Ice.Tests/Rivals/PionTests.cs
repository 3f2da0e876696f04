using Traversal.Primitives;

namespace Traversal.Ice.Tests.Rivals;

/// <summary>What pion's agent does wrong: all pairs are checked in one burst, again and again, and an address that is gone goes on being used.</summary>
public sealed class PionTests
{
    [Fact]
    public void Sixty_pairs_are_not_checked_at_once()
    {
        var bench = new Bench(isSignalled: false);
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer with { Pacing = TimeSpan.FromMilliseconds(5) }, bench.Now);
            for (uint i = 0; i < 60; i++) agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xC612_0000 + i, 7), 100_000 - i, $"f{i}"), bench.Now);
        });
        bench.Advance(5_000);

        Assert.All(bench.SentAt.GroupBy(at => at), step => Assert.InRange(step.Count(), 1, CheckPacer.DefaultBurst));
        Assert.InRange(bench.SentAt.Count(at => at - bench.SentAt[0] < TimeSpan.FromMilliseconds(200)), 1, CheckPacer.DefaultBurst + 40);
    }

    [Fact]
    public void Nothing_is_sent_from_an_address_that_is_gone()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Do(agent => agent.RemoveLocalCandidate(in Bench.Local, bench.Now));
        int before = bench.Sent.Count;
        bench.Advance(60_000);

        Assert.Null(bench.Agent.Route);
        Assert.Equal(before, bench.Sent.Count);
    }
}
