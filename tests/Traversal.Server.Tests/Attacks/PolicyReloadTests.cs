using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A network that is closed while clients have permissions in it: they keep nothing.</summary>
public sealed class PolicyReloadTests
{
    [Fact]
    public async Task What_new_rules_refuse_ends_for_live_allocations_too()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using Victim channel = new("127.5.0.1"), permission = new("127.5.0.2");
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        Assert.Equal(0, attacker.Bind(0x4000, channel.Endpoint));
        Assert.Equal(0, attacker.Permit(permission.Endpoint));
        attacker.SendBy(0x4000, [1]);
        attacker.SendTo(permission.Endpoint, [1]);
        Assert.Equal([1], channel.Receive());
        Assert.Equal([1], permission.Receive());

        server.ReplacePeerRules([], []);
        await RelayingTests.Eventually(() => server.Count(RelayCounter.RevokedByPolicy) >= 2);
        attacker.SendBy(0x4000, [2]);
        attacker.SendTo(permission.Endpoint, [2]);
        attacker.Settle();

        Assert.False(channel.HasAnything);
        Assert.False(permission.HasAnything);
        Assert.Equal(403, attacker.Bind(0x4000, channel.Endpoint));
        Assert.Equal(403, attacker.Permit(permission.Endpoint));
    }

    [Fact]
    public async Task A_rule_that_cannot_be_read_changes_nothing()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());

        Assert.Throws<TurnServerOptionsException>(() => server.ReplacePeerRules(["nowhere"], []));

        Assert.Equal(0, attacker.Permit("127.5.0.1:9"));
    }
}
