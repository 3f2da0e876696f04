using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>GHSA-847g-qmc6-6m4r: EVEN-PORT leaked a port each time, until nobody got one.</summary>
public sealed class Ghsa847gEvenPortTests
{
    [Fact]
    public void Ports_and_charges_all_come_back()
    {
        const int Ports = 8;
        var relay = new TestRelay(options =>
        {
            (options.MinPort, options.MaxPort, options.RepliesPerSecond) = (50000, 50000 + Ports - 1, 0);
            options.MaxAllocationsPerUser = Ports + 1;
        });
        for (int cycle = 0; cycle < 200; cycle++)
        {
            var client = new TestClient(relay, $"198.1.0.7:{1000 + cycle}");
            bool reserves = cycle % 3 == 0;
            Assert.True(client.Allocate((ref writer) => writer.AddEvenPort(reserves)).IsSuccess);
            if (cycle % 2 == 0) client.Refresh(0);
            relay.Advance(cycle % 2 == 0 ? 31 : 700);
        }

        Assert.Equal(0, relay.Group.ChargedCount);
        for (int i = 0; i < Ports; i++) Assert.True(new TestClient(relay, $"198.1.1.7:{1000 + i}").Allocate().IsSuccess);
        Assert.Equal(508, new TestClient(relay, "198.1.1.8:1").Allocate().Code);
    }
}
