using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Two clients of one server, each on a machine of its own, reach each other without a socket between.</summary>
public sealed class ShardHairpinTests
{
    private static readonly SocketId Connection = new(70);

    private readonly TestRelay _first;
    private readonly TestRelay _second;
    private readonly TestClient _left;
    private readonly TestClient _right;

    public ShardHairpinTests()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm };
        options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("10.0.0.5:0"), TransportAddress.Parse("198.9.9.9:0")));
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        (_first, _second) = (new TestRelay(group: group), new TestRelay(group: group, shard: 1));
        (_left, _right) = (new TestClient(_first, "198.1.0.1:1"), new TestClient(_second, "198.1.0.2:2"));
        _left.Allocate();
        _right.Allocate();
    }

    [Fact]
    public void A_channel_leads_to_a_channel_and_both_machines_count()
    {
        Assert.True(_left.ChannelBind(0x4001, _right.Relayed.ToString()).IsSuccess);
        Assert.True(_right.ChannelBind(0x4002, _left.Relayed.ToString()).IsSuccess);

        Sent handedOver = _left.ChannelData(0x4001, [1, 2, 3]);
        Assert.Equal((RelayAction.HandOver, 1), (handedOver.Action, _first.HandOver.Shard));
        Sent sent = _second.FromShard(_first, handedOver);
        Assert.Equal((RelayAction.Forward, _right.Via, _right.Address), (sent.Action, sent.Via, sent.Destination));
        Assert.Equal([0x40, 0x02, 0, 3, 1, 2, 3], sent.Bytes);

        Assert.Equal([0x40, 0x01, 0, 1, 9], _first.FromShard(_second, _right.ChannelData(0x4002, [9])).Bytes);
        AssertCounts(_first.Machine.Counters, (1, 3, 1, 1, 1));
        AssertCounts(_second.Machine.Counters, (1, 1, 1, 3, 1));
    }

    [Fact]
    public void Send_leads_to_Data_that_names_the_relayed_address_of_the_sender()
    {
        _left.CreatePermission(_right.Relayed.ToString());
        _right.CreatePermission(_left.Relayed.ToString());
        foreach (int length in (int[])[0, 1, 3, 4, 1200, 60_000])
        {
            byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
            Sent sent = _second.FromShard(_first, _left.SendIndication(_right.Relayed.ToString(), data));
            Assert.Equal((_right.Via, _right.Address, _left.Relayed), (sent.Via, sent.Destination, sent.Peer));
            Assert.Equal(data, sent.Data);
        }
    }

    [Fact]
    public void The_sender_must_have_a_permission_and_the_receiver_must_have_given_one()
    {
        Assert.True(_left.SendIndication(_right.Relayed.ToString(), [1]).IsNothing);
        Assert.Equal(1, _first.Machine.Counters[RelayCounter.DroppedNoPermission]);

        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        Assert.True(_second.FromShard(_first, _left.ChannelData(0x4001, [1])).IsNothing);
        Assert.Equal(1, _second.Machine.Counters[RelayCounter.DroppedNoPermission]);

        _right.CreatePermission(_left.Relayed.ToString());
        Assert.False(_second.FromShard(_first, _left.ChannelData(0x4001, [1])).IsNothing);
        _second.AdvanceSilently(TimeSpan.FromSeconds(301));
        Assert.True(_second.FromShard(_first, _left.ChannelData(0x4001, [1])).IsNothing);
        _second.AdvanceSilently(TimeSpan.FromSeconds(601));
        Assert.True(_second.FromShard(_first, _left.ChannelData(0x4001, [1])).IsNothing);
        Assert.Equal(1, _second.Machine.Counters[RelayCounter.DroppedNoAllocation]);
    }

    [Fact]
    public void An_allocation_in_the_slot_of_one_that_ended_on_the_way_is_not_hit()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        Sent late = _left.ChannelData(0x4001, [1]);
        _right.Refresh(0);
        var next = new TestClient(_second, "198.1.0.3:3");
        Assert.True(next.Allocate().IsSuccess);
        next.CreatePermission(_left.Relayed.ToString());

        Assert.True(_second.FromShard(_first, late).IsNothing);
        Assert.Equal(1, _second.Machine.Counters[RelayCounter.DroppedNoAllocation]);
        Assert.True(_left.ChannelData(0x4001, [1]).IsNothing);
        Assert.Equal(1, _first.Machine.Counters[RelayCounter.DroppedByPolicy]);
    }

    [Fact]
    public void Both_allocations_are_charged_for_their_rate()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm, PacketsPerSecond = 2, RateBurst = TimeSpan.FromSeconds(1) };
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        (TestRelay first, TestRelay second) = (new TestRelay(group: group), new TestRelay(group: group, shard: 1));
        (TestClient left, TestClient right) = (new TestClient(first, "198.1.0.1:1"), new TestClient(second, "198.1.0.2:2"));
        left.Allocate();
        right.Allocate();
        left.ChannelBind(0x4001, right.Relayed.ToString());
        right.ChannelBind(0x4002, left.Relayed.ToString());
        Sent[] sent = [.. Enumerable.Range(0, 10).Select(_ => left.ChannelData(0x4001, [1]))];
        HandOver handOver = first.HandOver;
        Assert.Equal(10, sent.Count(one => !one.IsNothing) + first.Machine.Counters[RelayCounter.DroppedOverRate]);
        Assert.InRange(first.Machine.Counters[RelayCounter.DroppedOverRate], 5, 9);

        for (int i = 0; i < 10; i++) second.FromShard(handOver, sent[0].Bytes);
        Assert.InRange(second.Machine.Counters[RelayCounter.DroppedOverRate], 5, 9);
        Assert.Equal(10, second.Machine.Counters[RelayCounter.PacketsInProcess]);
    }

    [Fact]
    public void A_stream_client_gets_its_padding()
    {
        var stream = new TestClient(_second, "198.1.0.3:3", via: Connection);
        _second.Machine.OnClientConnected(Connection, TestRelay.Listener, stream.Address);
        stream.Allocate();
        _left.ChannelBind(0x4001, stream.Relayed.ToString());
        stream.ChannelBind(0x4002, _left.Relayed.ToString());
        Assert.Equal([0x40, 0x02, 0, 1, 9, 0, 0, 0], _second.FromShard(_first, _left.ChannelData(0x4001, [9])).Bytes);
        Assert.Equal([0x40, 0x01, 0, 1, 9], _first.FromShard(_second, stream.ChannelData(0x4002, [9])).Bytes);
    }

    [Fact]
    public void What_the_other_machine_had_no_time_for_is_counted()
    {
        _first.Machine.OnHandOverDropped();
        Assert.Equal((1, 1), (_first.Machine.Counters[RelayCounter.DroppedHandOvers], _first.Machine.Counters.Dropped));
    }

    [Fact]
    public void What_is_for_another_machine_is_the_drivers_mistake()
    {
        _left.ChannelBind(0x4001, _right.Relayed.ToString());
        Sent handedOver = _left.ChannelData(0x4001, [1]);
        Assert.Throws<ArgumentException>(() => _first.FromShard(_first, handedOver));
        Assert.Throws<ArgumentException>(() => _second.FromShard(default, handedOver.Bytes));
    }

    private static void AssertCounts(RelayCounters counters, (long ToPeers, long BytesToPeers, long ToClients, long BytesToClients, long InProcess) expected) =>
        Assert.Equal(expected, (
            counters[RelayCounter.PacketsToPeers], counters[RelayCounter.BytesToPeers], counters[RelayCounter.PacketsToClients],
            counters[RelayCounter.BytesToClients], counters[RelayCounter.PacketsInProcess]));
}
