using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>CVE-2018-4059: the administration on loopback was reachable through the relay.</summary>
public sealed class Cve20184059AdministrationTests
{
    [Fact]
    public async Task The_servers_own_ports_are_closed_even_where_all_of_loopback_is_opened()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using var administration = new Victim();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        Assert.Equal(403, attacker.Bind(0x4000, server.Udp().Address.ToString()));
        Assert.Equal(403, attacker.Bind(0x4000, server.Tcp().Address.ToString()));

        Assert.Equal(0, attacker.Bind(0x4001, administration.Endpoint));
        attacker.SendBy(0x4001, [1]);
        Assert.Equal([1], administration.Receive());
        server.Protect(administration.Address);
        await RelayingTests.Eventually(() => server.Count(RelayCounter.RevokedByPolicy) > 0);
        attacker.SendBy(0x4001, [2]);
        attacker.SendTo(administration.Endpoint, [3]);
        attacker.Settle();

        Assert.False(administration.HasAnything);
        Assert.Equal(403, attacker.Bind(0x4002, administration.Endpoint));
    }
}
