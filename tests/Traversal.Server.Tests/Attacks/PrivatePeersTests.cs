using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// The relay as a way into the network behind it (Slack 2018 to 2020, cloud metadata, LiveKit before 1.12, pion's and Firezone's default): what is not
/// public, and what belongs to the machine, is closed as the server comes.
/// </summary>
public sealed class PrivatePeersTests
{
    [Fact]
    public async Task Networks_that_are_not_public_are_closed()
    {
        string[] closed =
        [
            "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.2", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.192",
            "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.251", "239.255.255.250", "255.255.255.255",
        ];
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());

        foreach (string peer in closed)
        {
            Assert.Equal(403, attacker.Permit($"{peer}:80"));
            Assert.Equal(403, attacker.Bind(0x4000, $"{peer}:80"));
        }

        Assert.Equal(0, attacker.Permit("9.9.9.9:80"));
    }

    [Fact]
    public async Task The_machines_own_addresses_and_its_name_servers_are_closed()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        TransportAddress[] own = [.. LocalAddresses.Find(IPFamily.IPv4), .. LocalAddresses.FindNameServers().Where(address => address.IsIPv4)];
        own = [.. own.Where(address => PeerPolicy.Default.Evaluate(in address) != PeerAccess.Denied)];
        Assert.SkipUnless(own.Length > 0, "No address of this machine, and none of its name servers, is in a public network: the rules about networks close them.");

        foreach (TransportAddress peer in own)
        {
            Assert.Equal(403, attacker.Permit($"{peer.ToIPAddress()}:22"));
            Assert.Equal(403, attacker.Bind(0x4000, $"{peer.ToIPAddress()}:53"));
        }
    }
}
