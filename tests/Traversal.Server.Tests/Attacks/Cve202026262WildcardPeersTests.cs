namespace Traversal.Server.Tests.Attacks;

/// <summary>CVE-2020-26262: 0.0.0.0, [::1] and [::] got around the ban of loopback.</summary>
public sealed class Cve202026262WildcardPeersTests
{
    [Fact]
    public async Task The_address_of_nobody_is_nobodys()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using var victim = new Victim("0.0.0.0");
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());

        Assert.Equal(403, attacker.Permit($"0.0.0.0:{victim.Port}"));
        Assert.Equal(403, attacker.Bind(0x4000, $"0.0.0.0:{victim.Port}"));
        attacker.SendTo($"0.0.0.0:{victim.Port}", [1]);
        attacker.Settle();

        Assert.False(victim.HasAnything);
    }

    [Theory]
    [InlineData("[::]:9")]
    [InlineData("[::1]:9")]
    public async Task Neither_are_they_in_IPv6(string peer)
    {
        await using TurnServer server = await AttackServer.StartIPv6Async();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate(Cve202627624OtherSpellingsTests.AskForIPv6));

        Assert.Equal(403, attacker.Bind(0x4000, peer));
    }
}
