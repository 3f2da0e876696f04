using Traversal.Client.Tests.Simulated;
using Traversal.Primitives;
using Traversal.Simulation.Client;

namespace Traversal.Client.Tests;

[Collection(nameof(VirtualTime))]
public sealed class WaitingTests
{
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(1.0, 1)]
    [InlineData(2.0001, 3)]
    public async Task A_wait_is_never_shorter_than_it_was_asked_for(double asked, double expected)
    {
        var world = new SimulatedWorld();
        MonotonicTime start = world.Now;
        bool completed = true;
        await world.RunAsync(async () =>
            completed = await new TaskCompletionSource().Task.CompletesWithinAsync(TimeSpan.FromMilliseconds(asked), world.Time, CancellationToken.None));
        Assert.False(completed);
        Assert.Equal(expected, (world.Now - start).TotalMilliseconds, 1e-9);
    }
}
