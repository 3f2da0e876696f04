using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>GHSA-hpq3-g7x4-h7xx: moves one after the other, none of which was completed, left a session behind each.</summary>
public sealed class GhsaHpq3ChainedMovesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_chain_of_moves_is_one_allocation_and_one_path(int workers)
    {
        const int Moves = 200;
        TurnServerOptions options = MobileAttacker.Options(workers, "127.0.0.0/8");
        options.Relay.RepliesPerSecond = 0; // Each link of the chain asks for a nonce.
        await using TurnServer server = await TestServer.StartAsync(options);
        using var victim = new Victim();
        using var first = new Attacker(server.Udp());
        Assert.Equal(0, first.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, first.Bind(0x4000, victim.Endpoint));
        Attacker[] chain = [.. Enumerable.Range(0, Moves).Select(_ => new Attacker(server.Udp()))];
        foreach (Attacker link in chain) Assert.Equal(0, link.Move(ticket, out ticket));

        // But for the first path and the last, none is served.
        foreach (Attacker link in chain[..^1])
        {
            link.SendBy(0x4000, [1]);
            Assert.Equal(437, link.Permit(victim.Endpoint));
        }

        Assert.False(victim.HasAnything);
        Assert.Equal(1, server.Allocations);
        chain[^1].SendBy(0x4000, [2]);
        Assert.Equal([2], victim.Receive());
        first.SendBy(0x4000, [3]);
        first.Settle();
        Assert.False(victim.HasAnything);
        Assert.Equal(1, server.Count(RelayCounter.Moves));
        foreach (Attacker link in chain) link.Dispose();
    }

    [Fact]
    public async Task A_chain_of_connections_that_close_is_one_allocation()
    {
        TurnServerOptions options = MobileAttacker.Options();
        options.Relay.MaxAllocationsPerUser = 1;
        await using TurnServer server = await TestServer.StartAsync(options);
        byte[] ticket;
        using (var first = new Attacker(server.Tcp())) Assert.Equal(0, first.AllocateMobile(out ticket));
        for (int i = 0; i < 100; i++)
        {
            using (var link = new Attacker(server.Tcp())) Assert.Equal(0, link.Move(ticket, out ticket));
            await RelayingTests.Eventually(() => server.StreamCounters!.Open == 0);
        }

        Assert.Equal(1, server.Allocations);
        using Attacker other = new(server.Udp()), last = new(server.Tcp());
        Assert.Equal(486, other.Allocate());
        Assert.Equal(0, last.Move(ticket));
        Assert.Equal(0, last.Refresh(0));
        Assert.Equal(0, other.Allocate());
    }
}
