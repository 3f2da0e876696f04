using Traversal.Primitives;

namespace Traversal.Ice.Tests.Rivals;

/// <summary>What aioice does wrong: it unfreezes pairs by the characters of a foundation.</summary>
public sealed class AioiceTests
{
    private static readonly TransportAddress One = TransportAddress.Parse("203.0.113.1:0"), Twelve = TransportAddress.Parse("203.0.113.12:0");

    [Fact]
    public void A_pair_that_works_unfreezes_those_of_its_foundation_and_not_those_that_share_a_character()
    {
        var bench = new Bench(isSignalled: false, pacer: new CheckPacer(TimeSpan.FromHours(1), burst: 2));
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            for (ushort port = 1; port <= 3; port++)
            {
                agent.AddRemoteCandidate(Bench.Candidate(One.WithPort(port), 1000u - port, "1"), bench.Now);
                agent.AddRemoteCandidate(Bench.Candidate(Twelve.WithPort(port), 1000u - port, "12"), bench.Now);
            }
        });
        Assert.Equal(4, bench.Agent.GetPairs().Count(pair => pair.State == IcePairState.Frozen));
        int twelve = bench.Transmits.FindIndex(transmit => transmit.Remote.HasSameAddress(in Twelve));
        bench.Answer(bench.Sent[twelve], source: bench.Transmits[twelve].Remote);

        Assert.All(
            bench.Agent.GetPairs().Where(pair => pair.State == IcePairState.Frozen),
            pair => Assert.Equal("1", pair.Remote.Foundation));
        Assert.Equal(2, bench.Agent.GetPairs().Count(pair => pair.State == IcePairState.Frozen));
    }
}
