using Traversal.Primitives;
using Traversal.Turn.Client;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Allocations over a path that loses a fifth of the packets each way, doubles some and lets some overtake others.</summary>
public sealed class LossTests(ITestOutputHelper output)
{
    private static readonly int Seeds = 10_000 * Soak.Factor;

    private static readonly NetworkPath Lossy = new() { Loss = 0.2, Duplication = 0.05, Jitter = TimeSpan.FromMilliseconds(30) };

    [Theory]
    [InlineData(false, 5, 16), InlineData(true, 2.5, 6)]
    public void Every_allocation_is_had_or_given_up_in_time_and_most_are_had_soon(bool hedges, double most, double almostAll)
    {
        double[] times = new double[Seeds];
        int failed = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var host = new ClientHost(configure: options => options.HedgesRequests = hedges, path: Lossy, seed: (ulong)seed);
            MonotonicTime start = host.Now;
            host.Settle(600);
            Assert.True(host.Allocation.State is TurnAllocationState.Allocated or TurnAllocationState.Ended, $"Seed {seed} hangs.");
            times[seed] = (host.Now - start).TotalSeconds;
            if (host.Allocation.State == TurnAllocationState.Ended) failed++;
        }

        Array.Sort(times);
        double median = times[Seeds / 2], p95 = times[Seeds * 95 / 100], p99 = times[Seeds * 99 / 100];
        output.WriteLine($"{Seeds} seeds from 0, hedged: {hedges}: p50 {median:f2} s, p95 {p95:f2} s, p99 {p99:f2} s, longest {times[^1]:f2} s, {failed} given up");
        Assert.InRange(p95, 0, most);
        Assert.InRange(p99, 0, almostAll);
        Assert.InRange(failed, 0, Seeds / 200);
    }

    [Fact]
    public void Peers_are_reached_through_loss_and_stay_reached()
    {
        int failed = 0;
        for (int seed = 0; seed < Seeds / 20; seed++)
        {
            var host = new ClientHost(path: Lossy, seed: (ulong)seed).Settle();
            if (host.Allocation.State == TurnAllocationState.Ended) continue;

            host.RunUntil(() => host.Send("9.9.9.9:9", [1]) == TurnWrapStatus.Ready, 600);
            host.Run(1800);
            if (host.Allocation.State == TurnAllocationState.Ended)
            {
                failed++;
                Assert.Equal(TurnFailureReason.TimedOut, host.Allocation.Failure!.Reason);
                continue;
            }

            Assert.True(host.Send("9.9.9.9:9", [2]) == TurnWrapStatus.Ready, $"Seed {seed} has lost its peer.");
        }

        output.WriteLine($"{failed} of {Seeds / 20} given up");
        Assert.InRange(failed, 0, Seeds / 400);
    }
}
