using Traversal.Stun;

namespace Traversal.Server.Tests.Attacks;

/// <summary>coturn#1969: a mobile allocation went with whoever showed its ticket, whichever user that was.</summary>
public sealed class Coturn1969TicketTheftTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_stolen_ticket_moves_nothing(int workers)
    {
        await using TurnServer server = await TestServer.StartAsync(MobileAttacker.Options(workers, "127.0.0.0/8"));
        using var peer = new Victim();
        using var owner = new Attacker(server.Udp());
        Assert.Equal(0, owner.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, owner.Bind(0x4000, peer.Endpoint));

        // Sources by which they come to every worker.
        for (int i = 0; i < 4 * workers; i++)
        {
            using Attacker eve = new(server.Udp(), "eve"), forger = new(server.Udp(), password: "wrong");
            Assert.Equal(441, eve.Move(ticket, out byte[] next));
            Assert.Empty(next);
            Assert.Equal(401, forger.Move(ticket));
            eve.SendBy(0x4000, [1]);
            eve.Settle();
        }

        Assert.False(peer.HasAnything);
        owner.SendBy(0x4000, [2]);
        Assert.Equal([2], peer.Receive());
    }

    [Fact]
    public async Task A_ticket_that_was_used_is_no_ticket()
    {
        await using TurnServer server = await TestServer.StartAsync(MobileAttacker.Options());
        using Attacker owner = new(server.Udp()), moved = new(server.Udp()), late = new(server.Udp());
        Assert.Equal(0, owner.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, moved.Move(ticket, out byte[] next));

        Assert.Equal(400, late.Move(ticket));
        moved.SendBy(0x4000, [1]);
        moved.Settle();
        Assert.Equal(400, late.Move(ticket));
        Assert.Equal(0, moved.Refresh(0));
        Assert.Equal(437, late.Move(next));
    }

    [Fact]
    public async Task A_recorded_move_is_stale_from_another_address()
    {
        await using TurnServer server = await TestServer.StartAsync(MobileAttacker.Options());
        using Attacker owner = new(server.Udp()), away = new(server.Udp()), thief = new(server.Udp(), from: "127.0.0.2");
        Assert.Equal(0, owner.AllocateMobile(out byte[] ticket));
        away.Request(StunMethod.Refresh, null);
        byte[] recorded = away.Message(StunMethod.Refresh, (ref StunMessageWriter writer) => writer.Add(StunAttributeType.MobilityTicket, ticket), authenticate: true);

        Assert.Equal(438, TurnTestClient.ErrorOf(thief.Ask(recorded)));
        Assert.Equal(0, TurnTestClient.ErrorOf(away.Ask(recorded)));
    }

    [Fact]
    public async Task A_ticket_of_ones_own_making_is_none()
    {
        await using TurnServer server = await TestServer.StartAsync(MobileAttacker.Options());
        using Attacker owner = new(server.Udp()), attacker = new(server.Udp(), "eve");
        Assert.Equal(0, owner.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, attacker.AllocateMobile(out byte[] own));

        for (int i = 0; i < ticket.Length; i++)
        {
            byte[] forged = [.. own];
            (forged[i], byte before) = (ticket[i], own[i]);
            if (forged[i] == before) continue;
            using var away = new Attacker(server.Udp(), "eve");
            Assert.Equal(400, away.Move(forged));
        }
    }
}
