namespace Traversal.Server.Tests.Attacks;

/// <summary>GHSA-f6hc-79w3-p8pq: a mobile client that disconnected got its quota back and kept its allocation, as often as it liked.</summary>
public sealed class GhsaF6hcMobileQuotaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_disconnect_leaves_behind_counts_until_it_expires(int workers)
    {
        TurnServerOptions options = MobileAttacker.Options(workers);
        (options.Relay.MaxAllocationsPerUser, options.Relay.DefaultLifetime) = (2, TimeSpan.FromSeconds(2));
        await using TurnServer server = await TestServer.StartAsync(options);
        for (int i = 0; i < 2; i++)
        {
            using var attacker = new Attacker(server.Tcp());
            Assert.Equal(0, attacker.AllocateMobile(out _));
        }

        await RelayingTests.Eventually(() => server.StreamCounters!.Open == 0);
        for (int i = 0; i < 20; i++)
        {
            using Attacker attacker = new(server.Tcp()), elsewhere = new(server.Udp(), from: $"127.0.0.{i + 2}");
            Assert.NotEqual(0, attacker.AllocateMobile(out _) * elsewhere.AllocateMobile(out _));
            Assert.InRange(server.Allocations, 0, 2);
        }

        await RelayingTests.Eventually(() => server.Allocations == 0);
        using var after = new Attacker(server.Tcp());
        Assert.Equal(0, after.AllocateMobile(out _));
    }
}
