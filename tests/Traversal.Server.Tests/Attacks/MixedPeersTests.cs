using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// eturnal: one allowed peer in a CreatePermission let a forbidden one through. coturn: whatever was allowed won over what was denied.
/// </summary>
public sealed class MixedPeersTests
{
    [Fact]
    public async Task One_forbidden_peer_spoils_the_whole_request()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.5.0.1");
        using Victim allowed = new("127.5.0.1"), forbidden = new("127.5.0.2");
        foreach (bool allowedFirst in (bool[])[true, false])
        {
            using var attacker = new Attacker(server.Udp());
            Assert.Equal(0, attacker.Allocate());

            Assert.Equal(403, allowedFirst ? attacker.Permit(allowed.Endpoint, forbidden.Endpoint) : attacker.Permit(forbidden.Endpoint, allowed.Endpoint));
            attacker.SendTo(allowed.Endpoint, [1]);
            attacker.SendTo(forbidden.Endpoint, [1]);
            attacker.Settle();

            Assert.False(allowed.HasAnything);
            Assert.False(forbidden.HasAnything);
            Assert.Equal(0, server.Count(RelayCounter.PacketsToPeers));
        }
    }

    [Fact]
    public async Task The_most_specific_rule_wins_whichever_kind_it_is()
    {
        TurnServerOptions options = AttackServer.Options("10.0.0.0/8", "10.1.2.0/24", "192.168.0.0/16:5000-5999");
        foreach (string rule in (string[])["10.1.0.0/16", "0.0.0.0/0", "192.168.0.0/16:5500"]) options.DenyPeers.Add(rule);
        await using TurnServer server = await TestServer.StartAsync(options);
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());

        Assert.Equal(0, attacker.Permit("10.2.0.1:9"));
        Assert.Equal(403, attacker.Permit("10.1.0.1:9"));
        Assert.Equal(0, attacker.Permit("10.1.2.1:9"));
        Assert.Equal(403, attacker.Permit("9.9.9.9:9"));
        Assert.Equal(0, attacker.Bind(0x4000, "192.168.0.1:5000"));
        Assert.Equal(403, attacker.Bind(0x4001, "192.168.0.1:5500"));
        Assert.Equal(403, attacker.Bind(0x4001, "192.168.0.1:4999"));
    }
}
