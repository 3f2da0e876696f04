using Traversal.Primitives;
using Traversal.Stun.Discovery;

namespace Traversal.Stun.Tests.Discovery;

public sealed class BehaviorDiscoveryTests
{
    public static readonly TheoryData<NatMapping, NatFiltering, bool> EveryNat = [..
        from mapping in (NatMapping[])[NatMapping.EndpointIndependent, NatMapping.AddressDependent, NatMapping.AddressAndPortDependent]
        from filtering in (NatFiltering[])[NatFiltering.EndpointIndependent, NatFiltering.AddressDependent, NatFiltering.AddressAndPortDependent]
        from hairpins in (bool[])[false, true]
        select (mapping, filtering, hairpins)];

    private static readonly DiscoverySettings Settings = new() { Server = ModelServer.Primary };

    [Theory]
    [MemberData(nameof(EveryNat))]
    public void Every_behaviour_is_named(NatMapping mapping, NatFiltering filtering, bool hairpins)
    {
        var world = new DiscoveryWorld(new ModelNat { Mapping = mapping, Filtering = filtering, Hairpins = hairpins }, new ModelServer());

        NatBehavior found = world.Run(Settings);

        Assert.Equal((mapping, filtering), (found.Mapping, found.Filtering));
        Assert.Equal((DiscoveryObstacle.None, DiscoveryObstacle.None), (found.MappingObstacle, found.FilteringObstacle));
        Assert.Equal(ModelServer.Other, found.OtherAddress);
        Assert.True(found.IsTranslated);
        Assert.False(found.PreservesPort);
        // Each port that is sent to through such a mapping is another than the one that was told.
        if (mapping == NatMapping.EndpointIndependent || !hairpins) Assert.Equal(hairpins, found.Hairpins);
    }

    [Theory]
    [InlineData(NatFiltering.EndpointIndependent)]
    [InlineData(NatFiltering.AddressDependent)]
    [InlineData(NatFiltering.AddressAndPortDependent)]
    public void Without_a_NAT_a_firewall_is_still_seen(NatFiltering filtering)
    {
        NatBehavior found = new DiscoveryWorld(new ModelNat { Mapping = NatMapping.None, Filtering = filtering }, new ModelServer()).Run(Settings);

        Assert.Equal((NatMapping.None, filtering), (found.Mapping, found.Filtering));
        Assert.Equal(DiscoveryWorld.Local, found.MappedAddress);
        Assert.False(found.IsTranslated);
        Assert.Null(found.Hairpins);
        Assert.Null(found.PreservesPort);
    }

    [Theory]
    [MemberData(nameof(EveryNat))]
    public void A_tenth_of_all_packets_lost_each_way_does_not_change_the_result(NatMapping mapping, NatFiltering filtering, bool hairpins)
    {
        var nat = new ModelNat { Mapping = mapping, Filtering = filtering, Hairpins = hairpins };
        int right = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            NatBehavior found = new DiscoveryWorld(nat, new ModelServer(), seed, loss: 0.1).Run(Settings);
            if ((found.Mapping, found.Filtering) == (mapping, filtering)) right++;
        }

        Assert.True(right >= 199, $"{right} of 200 seeds are right.");
    }

    // RFC5780-5-7
    [Fact]
    public void No_more_than_ten_transactions_begin_in_a_second()
    {
        var world = new DiscoveryWorld(new ModelNat { Hairpins = true }, new ModelServer());

        world.Run(Settings with { LongestSilence = TimeSpan.FromMinutes(10) });

        Assert.True(world.Starts.Count > 20);
        for (int i = 10; i < world.Starts.Count; i++) Assert.True(world.Starts[i] - world.Starts[i - 10] >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_NAT_that_lets_everything_in_is_known_within_a_second()
    {
        var world = new DiscoveryWorld(new ModelNat(), new ModelServer());
        MonotonicTime start = world.Now;

        world.Run(Settings with { TestHairpinning = false });

        Assert.True(world.Now - start < TimeSpan.FromSeconds(1), $"It took {world.Now - start}.");
    }

    [Theory]
    [InlineData(NatFiltering.AddressAndPortDependent, 30)]
    [InlineData(NatFiltering.EndpointIndependent, 30)]
    [InlineData(NatFiltering.AddressDependent, 170)]
    public void The_lifetime_of_a_binding_is_enclosed(NatFiltering filtering, int lifetimeSeconds)
    {
        var nat = new ModelNat { Filtering = filtering, Lifetime = TimeSpan.FromSeconds(lifetimeSeconds) };
        var world = new DiscoveryWorld(nat, new ModelServer());
        MonotonicTime start = world.Now;

        NatBehavior found = world.Run(Settings with { LongestSilence = TimeSpan.FromMinutes(5) });

        Assert.True(found.LifetimeAtLeast <= nat.Lifetime && found.LifetimeAtMost > nat.Lifetime, $"{found.LifetimeAtLeast} to {found.LifetimeAtMost}");
        Assert.True(found.LifetimeAtMost <= found.LifetimeAtLeast * 2);
        Assert.True(world.Now - start < TimeSpan.FromMinutes(5.5), $"It took {world.Now - start}.");
    }

    [Fact]
    public void A_binding_that_outlives_the_longest_silence_has_no_upper_bound()
    {
        NatBehavior found = new DiscoveryWorld(new ModelNat(), new ModelServer()).Run(Settings with { LongestSilence = TimeSpan.FromMinutes(2) });

        Assert.Equal((TimeSpan.FromMinutes(2), null), (found.LifetimeAtLeast, found.LifetimeAtMost));
    }

    // RFC5780-5-1
    [Fact]
    public void A_server_without_RESPONSE_PORT_leaves_the_lifetime_unknown_and_nothing_else()
    {
        NatBehavior found = new DiscoveryWorld(new ModelNat(), new ModelServer { KnowsResponsePort = false }).Run(Settings with { LongestSilence = TimeSpan.FromMinutes(2) });

        Assert.Equal(DiscoveryObstacle.NotSupported, found.LifetimeObstacle);
        Assert.Equal(NatFiltering.EndpointIndependent, found.Filtering);
    }

    [Fact]
    public void Without_a_second_address_two_servers_tell_the_mapping()
    {
        var server = new ModelServer { Announces = default };
        DiscoverySettings both = Settings with { SecondServer = ModelServer.Second };

        Assert.Equal(NatMapping.EndpointIndependent, new DiscoveryWorld(new ModelNat(), server).Run(both).Mapping);
        Assert.Equal(NatMapping.EndpointDependent, new DiscoveryWorld(new ModelNat { Mapping = NatMapping.AddressDependent }, server).Run(both).Mapping);
        NatBehavior alone = new DiscoveryWorld(new ModelNat(), server).Run(Settings);
        Assert.Equal((NatMapping.Unknown, DiscoveryObstacle.NoOtherAddress), (alone.Mapping, alone.MappingObstacle));
        Assert.Equal((NatFiltering.Unknown, DiscoveryObstacle.NoOtherAddress), (alone.Filtering, alone.FilteringObstacle));
    }

    // RFC5780-5-3
    [Theory]
    [InlineData(true, false, DiscoveryObstacle.NotSupported)]
    [InlineData(false, true, DiscoveryObstacle.OtherAddressSilent)]
    public void A_server_that_can_t_answer_from_elsewhere_is_not_taken_for_a_filter(bool ignores, bool dead, DiscoveryObstacle expected)
    {
        NatBehavior found = new DiscoveryWorld(new ModelNat(), new ModelServer { IgnoresChange = ignores, OtherIsDead = dead }).Run(Settings);

        Assert.Equal((NatFiltering.Unknown, expected), (found.Filtering, found.FilteringObstacle));
    }

    [Theory]
    [InlineData("0.0.0.0:3479")]
    [InlineData("198.51.100.2:3479")]
    [InlineData("198.51.100.3:3478")]
    [InlineData("239.1.2.3:3479")]
    [InlineData("255.255.255.255:3479")]
    [InlineData("198.51.100.3:0")]
    [InlineData("[2001:db8::1]:3479")]
    public void Nothing_is_sent_to_another_address_that_can_t_be_one(string announced)
    {
        var world = new DiscoveryWorld(new ModelNat(), new ModelServer { Announces = TransportAddress.Parse(announced) });

        NatBehavior found = world.Run(Settings with { TestHairpinning = false });

        Assert.Equal(DiscoveryObstacle.NoOtherAddress, found.MappingObstacle);
        Assert.Equal([ModelServer.Primary], world.Destinations);
    }

    // RFC5780-5-6: a redirection is an error like any other, and is not followed.
    [Theory]
    [InlineData(StunErrorCode.TryAlternate)]
    [InlineData(StunErrorCode.Unauthenticated)]
    public void An_error_is_told(StunErrorCode error)
    {
        var world = new DiscoveryWorld(new ModelNat(), new ModelServer { Error = error });

        NatBehavior found = world.Run(Settings);

        Assert.False(found.IsReachable);
        Assert.Equal((error, DiscoveryObstacle.Rejected), (found.Error, found.MappingObstacle));
        Assert.Equal([ModelServer.Primary], world.Destinations);
    }

    [Fact]
    public void A_server_that_is_down_is_given_up_after_15_and_a_half_seconds()
    {
        var world = new DiscoveryWorld(new ModelNat(), new ModelServer { IsDown = true });
        MonotonicTime start = world.Now;

        NatBehavior found = world.Run(Settings);

        Assert.Equal((false, DiscoveryObstacle.NoAnswer, DiscoveryObstacle.NoAnswer), (found.IsReachable, found.MappingObstacle, found.FilteringObstacle));
        Assert.InRange((world.Now - start).TotalSeconds, 15.5, 16);
    }

    [Fact]
    public void A_port_that_is_kept_is_told()
    {
        Assert.True(new DiscoveryWorld(new ModelNat { PreservesPort = true }, new ModelServer()).Run(Settings).PreservesPort);
    }

    [Fact]
    public void Answers_from_strangers_and_to_the_wrong_request_are_passed_over()
    {
        var discovery = new BehaviorDiscovery(Settings, DiscoveryWorld.Local, RandomSource.Seeded(1), MonotonicTime.Zero);
        byte[] request = new byte[BehaviorDiscovery.MaxDatagramLength];
        Assert.True(discovery.TryTake(MonotonicTime.Zero, request, out DiscoveryDatagram sent));
        byte[] answer = new ModelServer().Answer(request[..sent.Length], DiscoveryWorld.Local, ModelServer.Primary)!.Value.Answer;

        discovery.OnDatagram(0, answer, TransportAddress.Parse("192.0.2.66:3478"), MonotonicTime.Zero);
        discovery.OnDatagram(0, [], ModelServer.Primary, MonotonicTime.Zero);
        byte[] other = [.. answer];
        other[10] ^= 1;
        discovery.OnDatagram(0, other, ModelServer.Primary, MonotonicTime.Zero);

        Assert.False(discovery.Result.IsReachable);
        discovery.OnDatagram(0, answer, ModelServer.Primary, MonotonicTime.Zero);
        Assert.True(discovery.Result.IsReachable);
    }

    [Fact]
    public void What_can_t_be_sent_is_not_waited_for()
    {
        var discovery = new BehaviorDiscovery(Settings, DiscoveryWorld.Local, RandomSource.Seeded(1), MonotonicTime.Zero);
        byte[] buffer = new byte[BehaviorDiscovery.MaxDatagramLength];
        MonotonicTime now = MonotonicTime.Zero;
        for (int i = 0; i < 2; i++, now = discovery.NextDeadline)
        {
            Assert.True(discovery.TryTake(now, buffer, out DiscoveryDatagram sent));
            discovery.OnSendFailed(in sent, now);
        }

        Assert.True(discovery.IsComplete);
        Assert.Equal(DiscoveryObstacle.NoAnswer, discovery.Result.MappingObstacle);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_misuse()
    {
        static void begin(DiscoverySettings settings) => _ = new BehaviorDiscovery(settings, DiscoveryWorld.Local, RandomSource.Seeded(1), MonotonicTime.Zero);

        Assert.Throws<ArgumentException>(() => begin(new() { Server = default }));
        Assert.Throws<ArgumentException>(() => begin(new() { Server = TransportAddress.Parse("[::1]:3478") }));
        Assert.Throws<ArgumentException>(() => begin(Settings with { SecondServer = ModelServer.Primary.WithPort(9) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => begin(Settings with { LongestSilence = TimeSpan.FromHours(2) }));
    }
}
