using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>CVE-2018-4058: the default configuration relayed to loopback, and so to whatever trusts it.</summary>
public sealed class Cve20184058LoopbackPeersTests
{
    [Fact]
    public async Task Nothing_gets_from_a_client_to_a_service_on_loopback()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using Victim here = new(), there = new("127.9.9.9");
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());

        Assert.Equal(403, attacker.Bind(0x4000, here.Endpoint));
        Assert.Equal(403, attacker.Bind(0x4001, there.Endpoint));
        Assert.Equal(403, attacker.Permit(there.Endpoint));
        _ = attacker.Permit(here.Endpoint); // The relay address itself: other clients' relays are there.
        attacker.SendTo(here.Endpoint, [1]);
        attacker.SendTo(there.Endpoint, [1]);
        attacker.SendBy(0x4000, [1]);
        attacker.Settle();

        Assert.False(here.HasAnything);
        Assert.False(there.HasAnything);
        Assert.Equal(0, server.Count(RelayCounter.PacketsToPeers));
    }
}
