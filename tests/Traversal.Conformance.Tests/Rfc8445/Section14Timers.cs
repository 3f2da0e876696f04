using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Primitives;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 section 14: how far apart checks are.</summary>
public sealed class Section14Timers
{
    [Theory]
    [Trait("Requirement", "RFC8445-14.2-1")]
    [Trait("Requirement", "RFC8445-14.2-3")]
    [InlineData(null, 50)]
    [InlineData(5, 20)]
    [InlineData(100, 100)]
    public void Ta_is_50_ms_unless_both_say_another_and_then_the_higher(int? peers, int expected)
    {
        var bench = new Bench(configure: options => options.Pacing = TimeSpan.FromMilliseconds(20), peer: Bench.Peer with { Pacing = peers is { } ms ? TimeSpan.FromMilliseconds(ms) : null });
        for (ushort i = 1; i <= 60; i++) bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote.WithPort(i), 1000u + i, $"{i}"), bench.Now));
        int burst = bench.Sent.Count;
        bench.Advance(expected * 20 + 1);

        Assert.Equal(20, bench.Sent.Count - burst);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-14.2-2")]
    public void What_this_side_would_like_is_said() => Assert.Equal(TimeSpan.FromMilliseconds(5), new Bench().Agent.LocalParameters.Pacing);

    [Fact]
    [Trait("Requirement", "RFC8445-14.2-4")]
    public void All_agents_together_send_no_more_than_one_in_5_ms_in_the_mean()
    {
        var pacer = new CheckPacer();
        Bench[] benches = [.. Enumerable.Range(0, 50).Select(_ => new Bench(peer: Bench.Peer with { Pacing = TimeSpan.FromMilliseconds(5) }, pacer: pacer))];
        for (int i = 0; i < 100; i++)
        {
            foreach (Bench bench in benches) bench.Advance(5);
        }

        Assert.InRange(benches.Sum(bench => bench.Sent.Count), 100, CheckPacer.DefaultBurst + 101);
    }
}
