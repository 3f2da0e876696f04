using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>Ports taken and not used, by an attacker or by the pairs that ICE did not choose (pion#246).</summary>
public sealed class PortExhaustionTests
{
    private readonly TestRelay _relay = new(options => (options.MinPort, options.MaxPort, options.RepliesPerSecond) = (50000, 50009, 0));

    [Fact]
    public void When_ports_run_short_what_is_not_used_comes_back_within_a_minute()
    {
        TestClient[] clients = [.. Enumerable.Range(0, 10).Select(i => new TestClient(_relay, $"198.1.0.7:{1000 + i}"))];
        uint[] lifetimes = [.. clients.Select(client => client.Allocate((ref writer) => writer.AddLifetime(1800)).Lifetime)];
        Assert.All(lifetimes[..5], lifetime => Assert.Equal(1800u, lifetime));
        Assert.All(lifetimes[5..], lifetime => Assert.Equal(60u, lifetime));
        Assert.Equal(508, new TestClient(_relay, "198.1.0.8:1").Allocate().Code);

        // Who uses it is told of a whole lifetime, and who does not of another minute.
        clients[8].CreatePermission("9.9.9.9:9");
        _relay.Advance(30);
        Assert.Equal(1800u, clients[8].Refresh(1800).Lifetime);
        Assert.Equal(60u, clients[9].Refresh(1800).Lifetime);
        _relay.Advance(31);

        Assert.Equal(7, _relay.Machine.AllocationCount);
        Assert.True(new TestClient(_relay, "198.1.0.8:1").Allocate().IsSuccess);
    }

    [Fact]
    public void A_retransmission_is_told_the_same_lifetime()
    {
        for (int i = 0; i < 6; i++) new TestClient(_relay, $"198.1.0.7:{1000 + i}").Allocate();
        var client = new TestClient(_relay, "198.1.0.8:1");
        Stun.TransactionId id = TestClient.NewId();
        Assert.Equal(60u, client.Allocate(id: id).Lifetime);
        client.CreatePermission("9.9.9.9:9");
        Assert.Equal(60u, client.Allocate(id: id).Lifetime);
    }

    [Fact]
    public void Quotas_are_on_as_the_server_comes()
    {
        var options = new RelayOptions();
        Assert.InRange(options.MaxAllocations, 1, 1_000_000);
        Assert.InRange(options.MaxAllocationsPerUser, 1, 10_000);
        Assert.InRange(options.MaxAllocationsPerSource, 1, 1_000);
        Assert.InRange(options.MaxPermissions, 1, 1_024);
        Assert.InRange(options.MaxChannels, 1, 1_024);
        Assert.NotEqual(0, options.BytesPerSecond);
        Assert.NotEqual(0, options.PacketsPerSecond);
        Assert.NotEqual(0, options.RepliesPerSecond);
        Assert.NotEqual(0, options.NewPeersPerSecond);
        Assert.NotEqual(0, options.NewPeersPerSecondPerUser);
    }

    [Fact]
    public void Permissions_and_channels_have_a_bound()
    {
        var relay = new TestRelay(options => (options.MaxPermissions, options.MaxChannels) = (3, 2));
        var client = new TestClient(relay);
        client.Allocate();
        Assert.True(client.CreatePermission("9.9.9.1:9", "9.9.9.2:9", "9.9.9.3:9").IsSuccess);
        Assert.Equal(508, client.CreatePermission("9.9.9.4:9").Code);
        Assert.True(client.CreatePermission("9.9.9.1:9", "9.9.9.2:9", "9.9.9.3:9").IsSuccess); // A refresh is no new one (eturnal).
        Assert.True(client.ChannelBind(0x4000, "9.9.9.1:1").IsSuccess);
        Assert.True(client.ChannelBind(0x4001, "9.9.9.1:2").IsSuccess);
        Assert.Equal(508, client.ChannelBind(0x4002, "9.9.9.1:3").Code);
    }

    [Fact]
    public void The_next_port_cannot_be_told_from_the_last()
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0);
        int[] ports = [.. Enumerable.Range(0, 150).Select(i => (int)new TestClient(relay, $"198.1.0.7:{1000 + i}").Allocate().Relayed.Port)];
        int[] steps = [.. ports.Zip(ports.Skip(1), (left, right) => right - left)];

        Assert.True(steps.Distinct().Count() > 140, string.Join(' ', steps));
        Assert.True(ports.Max() - ports.Min() > 8192, string.Join(' ', ports));
    }
}
