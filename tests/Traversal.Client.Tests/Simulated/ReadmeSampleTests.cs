using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;

namespace Traversal.Client.Tests.Simulated;

[Collection(nameof(VirtualTime))]
public sealed class ReadmeSampleTests
{
    private const string Heading = "## Clients in virtual time";

    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        // sample
        var world = new SimulatedWorld(seed: 1);
        VirtualNetwork network = world.Network;
        Realm home = new Nat(network, TransportAddress.Parse("198.18.0.1:0"), new NatBehavior()).Inside;
        var alice = new Host(network, home, TransportAddress.Parse("10.0.0.2:0"), Link.WithLatency(20));
        var bob = new Host(network, network.Internet, TransportAddress.Parse("198.18.0.2:0"), Link.WithLatency(5));
        (ISignaling one, ISignaling other) = world.ConnectSignaling(TimeSpan.FromMilliseconds(100));

        MonotonicTime start = world.Now;
        TimeSpan took = default;
        await world.RunAsync(async () =>
        {
            var options = new IceConnectionOptions { Role = IceRole.Controlling };
            await using var offerer = new IceConnection(options, one, world.EnvironmentOf(alice));
            await using var answerer = new IceConnection(new IceConnectionOptions(), other, world.EnvironmentOf(bob));
            await Task.WhenAll(offerer.ConnectAsync(), answerer.ConnectAsync());
            took = world.Now - start; // 175 ms, on any machine
        });

        // end of sample
        Assert.Equal(TimeSpan.FromMilliseconds(175), took);
    }

    [Fact]
    public void The_readme_shows_that_very_sample() => ReadmeSample.AssertIsShown("Simulated/ReadmeSampleTests.cs", Heading);
}
