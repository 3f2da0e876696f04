using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>coturn#1407, #584: packets that go round through the server itself. Another client's relay must stay within reach all the same.</summary>
public sealed class LoopTests
{
    [Fact]
    public void No_allocation_is_made_for_a_relayed_address_of_the_server()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        client.Allocate();

        Assert.Equal(403, new TestClient(relay, client.Relayed.ToString()).Allocate().Code);
        Assert.Equal(1, relay.Machine.AllocationCount);
    }

    [Theory]
    [InlineData("[2002:808:808::1]:7")]
    [InlineData("[2001:0:808:808::1]:7")]
    public void No_allocation_is_made_for_a_client_in_a_tunnel(string address) =>
        Assert.Equal(403, new TestClient(new TestRelay(), address).Allocate().Code);

    [Fact]
    public async Task A_packet_to_ones_own_relay_comes_back_once()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        Assert.Equal(0, attacker.Bind(0x4000, attacker.Relayed.ToString()));

        attacker.SendBy(0x4000, [1]);

        Assert.Equal([0x40, 0, 0, 1, 1], attacker.Receive());
        attacker.Settle();
        Assert.Equal(1, server.Count(RelayCounter.PacketsToPeers));
        Assert.Equal(1, server.Count(RelayCounter.PacketsToClients));
    }

    [Fact]
    public async Task Of_the_servers_own_ports_only_live_relays_can_be_reached()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using Attacker attacker = new(server.Udp()), other = new(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        Assert.Equal(0, other.Allocate());

        Assert.Equal(0, attacker.Bind(0x4000, other.Relayed.ToString()));
        Assert.Equal(403, attacker.Bind(0x4001, server.Udp().Address.ToString()));
        Assert.Equal(403, attacker.Bind(0x4001, server.Tcp().Address.ToString()));
        Assert.Equal(0, other.Refresh(0));
        attacker.SendBy(0x4000, [1]);
        attacker.Settle();
        Assert.Equal(1, server.Count(RelayCounter.DroppedByPolicy));
    }
}
