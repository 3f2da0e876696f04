using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class QuotaTests
{
    // RFC8656-5-10, RFC8656-7.2-6
    [Fact]
    public void A_user_has_so_many_allocations_and_gets_486_beyond()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 2, TestRelay.Credentials(("other", "word")));
        var first = new TestClient(relay, "198.1.0.1:1");
        first.Allocate();
        new TestClient(relay, "198.1.0.2:1").Allocate();
        var third = new TestClient(relay, "198.1.0.3:1");
        Sent sent = third.Allocate();
        Assert.Equal(486, sent.Code);
        third.AssertSigned(sent);
        Assert.True(new TestClient(relay, "198.1.0.4:1", "other", "word").Allocate().IsSuccess);
        first.Refresh(0);
        Assert.True(third.Allocate().IsSuccess);
    }

    [Fact]
    public void A_source_has_so_many_allocations_whoever_asks()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerSource = 2, TestRelay.Credentials(("other", "word")));
        new TestClient(relay, "198.1.0.1:1").Allocate();
        new TestClient(relay, "198.1.0.1:2", "other", "word").Allocate();
        Assert.Equal(486, new TestClient(relay, "198.1.0.1:3").Allocate().Code);
        Assert.True(new TestClient(relay, "198.1.0.2:3").Allocate().IsSuccess);
    }

    [Fact]
    public void An_IPv6_source_is_a_64()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerSource = 1);
        new TestClient(relay, "[2a00:5::1]:1").Allocate();
        Assert.Equal(486, new TestClient(relay, "[2a00:5::2]:1").Allocate().Code);
        Assert.True(new TestClient(relay, "[2a00:5:0:1::1]:1").Allocate().IsSuccess);
    }

    [Fact]
    public void The_server_has_so_many_allocations_and_answers_508_beyond()
    {
        var relay = new TestRelay(options => options.MaxAllocations = 2);
        new TestClient(relay, "127.0.0.1:1").Allocate();
        new TestClient(relay, "198.1.0.1:1").Allocate();
        Assert.Equal(508, new TestClient(relay, "198.1.0.2:1").Allocate().Code);
        Assert.Equal(508, new TestClient(relay, "127.0.0.1:2").Allocate().Code);
    }

    [Fact]
    public void Loopback_is_exempt_unless_told_otherwise()
    {
        var relay = new TestRelay(options => (options.MaxAllocationsPerUser, options.MaxAllocationsPerSource) = (1, 1));
        for (int i = 1; i <= 5; i++) Assert.True(new TestClient(relay, $"127.0.0.1:{i}").Allocate().IsSuccess);

        relay = new TestRelay(options => (options.MaxAllocationsPerUser, options.ExemptLoopback) = (1, false));
        Assert.True(new TestClient(relay, "127.0.0.1:1").Allocate().IsSuccess);
        Assert.Equal(486, new TestClient(relay, "127.0.0.1:2").Allocate().Code);
    }

    [Fact]
    public void A_reserved_port_counts_and_moves_to_who_redeems_it()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 2);
        ulong token = new TestClient(relay, "198.1.0.1:1").Allocate((ref writer) => writer.AddEvenPort(reserveNext: true)).Token;
        Assert.Equal(486, new TestClient(relay, "198.1.0.1:2").Allocate().Code);
        Assert.True(new TestClient(relay, "198.1.0.1:3").Allocate((ref writer) => writer.AddReservationToken(token)).IsSuccess);
        Assert.Equal(2, relay.Group.ChargedCount);
    }

    [Fact]
    public void Quotas_hold_over_all_shards()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm, MaxAllocationsPerUser = 2 };
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        TestRelay[] shards = [new(group: group), new(group: group, shard: 1), new(group: group, shard: 2)];
        Assert.True(new TestClient(shards[0], "198.1.0.1:1").Allocate().IsSuccess);
        Assert.True(new TestClient(shards[1], "198.1.0.1:2").Allocate().IsSuccess);
        Assert.Equal(486, new TestClient(shards[2], "198.1.0.1:3").Allocate().Code);
    }

    [Fact]
    public void A_token_can_be_redeemed_on_another_shard_and_the_port_comes_back()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm, MinPort = 50000, MaxPort = 50001 };
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        TestRelay first = new(group: group), second = new(group: group, shard: 1);
        var left = new TestClient(first, "198.1.0.1:1");
        ulong token = left.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true)).Token;
        var right = new TestClient(second, "198.1.0.1:2");
        Assert.Equal(50001, right.Allocate((ref writer) => writer.AddReservationToken(token)).Relayed.Port);
        right.Refresh(0);
        left.Refresh(0);
        Assert.True(left.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true)).IsSuccess);
    }

    // RFC8656-5-10
    [Fact]
    public void Bytes_a_second_are_limited_in_both_directions_together()
    {
        var relay = new TestRelay(options => (options.BytesPerSecond, options.PacketsPerSecond, options.RateBurst) = (100_000, 0, TimeSpan.FromSeconds(1)));
        var client = new TestClient(relay);
        client.Allocate();
        client.ChannelBind(0x4000, "9.9.9.9:9");
        int passed = 0;
        for (int i = 0; i < 3000; i++)
        {
            relay.Advance(0.001);
            if (!client.ChannelData(0x4000, new byte[500]).IsNothing) passed += 500;
            if (!relay.FromPeer(client.Relay, TransportAddress.Parse("9.9.9.9:9"), new byte[500]).IsNothing) passed += 500;
        }

        Assert.InRange(passed, 399_000, 402_000);
        Assert.Equal(6000 - passed / 500, relay.Machine.Counters[RelayCounter.DroppedOverRate]);
    }

    [Fact]
    public void Packets_a_second_are_limited_whatever_their_length()
    {
        var relay = new TestRelay(options => (options.BytesPerSecond, options.PacketsPerSecond, options.RateBurst) = (0, 100, TimeSpan.FromSeconds(1)));
        var client = new TestClient(relay);
        client.Allocate();
        client.CreatePermission("9.9.9.9:9");
        int passed = Enumerable.Range(0, 1000).Count(_ => !client.SendIndication("9.9.9.9:9", []).IsNothing);
        Assert.InRange(passed, 100, 102);
        relay.Advance(1);
        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => !client.SendIndication("9.9.9.9:9", []).IsNothing), 99, 101);
    }

    [Fact]
    public void One_allocation_over_its_rate_takes_nothing_from_another()
    {
        var relay = new TestRelay(options => options.PacketsPerSecond = 1);
        TestClient loud = new(relay, "198.1.0.1:1"), quiet = new(relay, "198.1.0.1:2"), local = new(relay, "127.0.0.1:2");
        foreach (TestClient client in (TestClient[])[loud, quiet, local])
        {
            client.Allocate();
            client.ChannelBind(0x4000, "9.9.9.9:9");
        }

        for (int i = 0; i < 100; i++) loud.ChannelData(0x4000, [1]);
        Assert.True(loud.ChannelData(0x4000, [1]).IsNothing);
        Assert.False(quiet.ChannelData(0x4000, [1]).IsNothing);
        for (int i = 0; i < 100; i++) Assert.False(local.ChannelData(0x4000, [1]).IsNothing);
    }

    [Fact]
    public void Options_out_of_range_are_refused_in_words()
    {
        foreach (Action<RelayOptions> configure in BrokenOptions)
        {
            var options = new RelayOptions();
            Assert.Null(options.FindProblem());
            configure(options);
            Assert.NotNull(options.FindProblem());
            Assert.Throws<ArgumentException>(() => new RelayGroup(options, RandomSource.Seeded(1)));
        }
    }

    private static Action<RelayOptions>[] BrokenOptions =>
    [
        options => options.Realm = "",
        options => options.Realm = new string('r', 45),
        options => options.MinPort = 0,
        options => options.MaxPort = 1,
        options => options.DefaultLifetime = TimeSpan.Zero,
        options => options.MaxLifetime = TimeSpan.FromMinutes(1),
        options => options.NonceLifetime = TimeSpan.FromHours(2),
        options => options.NonceSecret = new byte[15],
        options => options.MaxAllocations = 0,
        options => options.MaxAllocationsPerUser = 0,
        options => options.MaxPermissions = 0,
        options => options.MaxChannels = 4097,
        options => options.BytesPerSecond = -1,
        options => options.RateBurst = TimeSpan.Zero,
        options => options.ReplyBurst = 0,
        options => options.RelayAddresses.Add(default),
        options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("0.0.0.0:0"))),
        options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("1.1.1.1:0"), TransportAddress.Parse("[::1]:0"))),
    ];
}
