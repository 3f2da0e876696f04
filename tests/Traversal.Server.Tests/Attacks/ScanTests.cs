using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A relay as a scanner of networks and ports: reaching new peers fast is refused and counted, and told when the allocation ends.</summary>
public sealed class ScanTests
{
    [Fact]
    public void A_scan_of_a_network_is_slowed_to_a_crawl()
    {
        var relay = new TestRelay(options => options.MaxPermissions = 60_000);
        var client = new TestClient(relay);
        client.Allocate();
        int reached = 0;
        for (int i = 0; i < 3000; i++)
        {
            Sent sent = i % 2 == 0 ? client.CreatePermission(Host(i)) : client.ChannelBind((ushort)(0x4000 + i), Host(i));
            Assert.True(sent.IsSuccess || sent.Code == 508);
            reached += sent.IsSuccess ? 1 : 0;
            relay.Advance(0.01);
        }

        Assert.InRange(reached, 200, 200 + 5 * 31);
        Assert.Equal(3000 - reached, relay.Machine.Counters[RelayCounter.NewPeersRefused]);
        Assert.True(client.CreatePermission(Host(0)).IsSuccess); // An old acquaintance is no scan.
    }

    [Fact]
    public void A_scan_of_ports_is_slowed_to_a_crawl()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        client.Allocate();
        client.CreatePermission("9.9.9.9:1");
        int reached = 0;
        for (int port = 1; port <= 10_000; port++) reached += client.SendIndication($"9.9.9.9:{port}", [1]).IsNothing ? 0 : 1;

        Assert.InRange(reached, 100, 201);
        Assert.Equal(10_000 - reached, relay.Machine.Counters[RelayCounter.DroppedNewPeers]);
    }

    [Fact]
    public void Data_to_the_few_ports_of_a_call_is_no_scan()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        client.Allocate();
        client.CreatePermission("9.9.9.9:1");
        for (int i = 0; i < 10_000; i++) Assert.False(client.SendIndication($"9.9.9.9:{5000 + i % 4}", [1]).IsNothing);
    }

    [Fact]
    public void New_allocations_of_the_same_user_do_not_help()
    {
        var relay = new TestRelay(options =>
        {
            (options.NewPeersPerSecondPerUser, options.NewPeerBurstPerUser) = (5, 50);
            options.RepliesPerSecond = 0;
        });
        int reached = 0;
        for (int allocation = 0; allocation < 40; allocation++)
        {
            var client = new TestClient(relay, $"198.1.{allocation}.7:9");
            client.Allocate();
            for (int i = 0; i < 20; i++) reached += client.CreatePermission(Host(allocation * 20 + i)).IsSuccess ? 1 : 0;
            client.Refresh(0);
        }

        Assert.InRange(reached, 50, 52);
    }

    [Fact]
    public async Task A_scan_is_told_without_the_clients_address_and_the_address_only_at_Debug()
    {
        TurnServerOptions options = AttackServer.Options("127.0.0.0/8");
        (options.Relay.NewPeersPerSecond, options.Relay.NewPeerBurst) = (1, 2);
        var log = new LevelledLog();
        await using var server = new TurnServer(options, log);
        await server.StartAsync();
        using var attacker = new Attacker(server.Udp());
        string client = attacker.Socket.LocalEndPoint!.ToString()!;
        Assert.Equal(0, attacker.Allocate());
        for (int i = 1; i < 20; i++) attacker.Permit($"127.7.0.{i}:9");
        Assert.Equal(0, attacker.Refresh(0));

        await RelayingTests.Eventually(() => log.Lines.Any(line => line.Level == Microsoft.Extensions.Logging.LogLevel.Debug && line.Text.Contains(client, StringComparison.Ordinal)));
        Assert.Contains(log.Lines, line => line.Level == Microsoft.Extensions.Logging.LogLevel.Information && line.Text.Contains("alice", StringComparison.Ordinal) && line.Text.Contains("refused", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Level > Microsoft.Extensions.Logging.LogLevel.Debug && line.Text.Contains(client, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Relaying_TCP_is_off_as_the_server_comes()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using var attacker = new Attacker(server.Tcp());
        byte[] answer = attacker.Request(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Tcp));

        Assert.Equal(442, TurnTestClient.ErrorOf(answer));
        Assert.Equal(0, server.Allocations);
    }

    private static string Host(int number) => $"9.9.{number / 250}.{number % 250}:9";
}
