using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>A client whose packets come to another machine than the one that has its allocation is served by that one all the same.</summary>
public sealed class StrangerTests
{
    private const int Wrong = 0, Owner = 1;

    private readonly RelayGroup _group = new(new RelayOptions { Realm = TestRelay.Realm }, RandomSource.Seeded(1));
    private readonly TestRelay _wrong;
    private readonly TestRelay _owner;
    private readonly TestClient _client;
    private readonly TestClient _astray;

    public StrangerTests()
    {
        (_wrong, _owner) = (new TestRelay(group: _group), new TestRelay(group: _group, shard: Owner));
        _client = new TestClient(_owner);
        _client.Allocate();
        _client.ChannelBind(0x4001, "9.9.9.9:9");
        _astray = new TestClient(_wrong) { Nonce = _client.Nonce };
    }

    [Fact]
    public void Its_data_is_handed_over_as_long_as_it_is_known()
    {
        Assert.True(_astray.ChannelData(0x4001, [1]).IsNothing);
        Assert.Equal(1, _wrong.Machine.Counters[RelayCounter.DroppedNoChannel]);

        Add();
        Sent handedOver = _astray.ChannelData(0x4001, [1, 2]);
        Assert.Equal((RelayAction.HandOver, Owner), (handedOver.Action, _wrong.HandOver.Shard));
        Sent sent = _owner.FromShard(_wrong, handedOver);
        Assert.Equal((RelayAction.Forward, _client.Relay, TransportAddress.Parse("9.9.9.9:9")), (sent.Action, sent.Via, sent.Destination));
        Assert.Equal([1, 2], sent.Bytes);
        Assert.Equal(_client.Relay, _owner.FromShard(_wrong, _astray.SendIndication("9.9.9.9:7", [3])).Via);

        _group.RemoveStranger(Wrong, TestRelay.Listener, _astray.Address, Owner);
        Assert.True(_astray.ChannelData(0x4001, [1]).IsNothing);
        Assert.True(_astray.SendIndication("9.9.9.9:7", [3]).IsNothing);
        Assert.Equal(1, _wrong.Machine.Counters[RelayCounter.DroppedNoAllocation]);
    }

    [Fact]
    public void Its_requests_are_answered_by_the_owner_from_its_own_share_of_the_listener()
    {
        Add();
        Sent answer = _owner.FromShard(_wrong, _astray.Refresh());
        Assert.True(answer.IsSuccess);
        Assert.Equal((RelayAction.Reply, TestRelay.Udp, _astray.Address), (answer.Action, answer.Via, answer.Destination));
        Assert.Equal(437, _owner.FromShard(_wrong, _astray.Allocate()).Code);
        Assert.True(_astray.Bare(StunMethod.Binding).IsSuccess);
    }

    [Fact]
    public void Its_data_to_another_client_goes_on_to_the_machine_of_that_one()
    {
        var other = new TestClient(_wrong, "198.1.0.9:9");
        other.Allocate();
        other.ChannelBind(0x4003, _client.Relayed.ToString());
        _client.ChannelBind(0x4002, other.Relayed.ToString());
        Add();

        Sent onwards = _owner.FromShard(_wrong, _astray.ChannelData(0x4002, [7]));
        Assert.Equal((RelayAction.HandOver, Wrong), (onwards.Action, _owner.HandOver.Shard));
        Assert.Equal([0x40, 0x03, 0, 1, 7], _wrong.FromShard(_owner, onwards).Bytes);
    }

    [Fact]
    public void A_message_is_handed_over_once_though_two_machines_take_each_other_for_the_owner()
    {
        _client.Refresh(0);
        Add();
        Assert.True(_group.TryAddStranger(Owner, TestRelay.Listener, _astray.Address, Wrong));
        Assert.True(_owner.FromShard(_wrong, _astray.ChannelData(0x4001, [1])).IsNothing);
        Assert.Equal(437, _owner.FromShard(_wrong, _astray.Refresh()).Code);
    }

    [Fact]
    public void An_Allocate_that_comes_after_the_end_of_its_allocation_is_for_the_machine_that_it_comes_to()
    {
        Add();
        Sent late = _astray.Allocate();
        _client.Refresh(0);
        Assert.True(_owner.FromShard(_wrong, late).IsNothing);
        _group.RemoveStranger(Wrong, TestRelay.Listener, _astray.Address, Owner);
        Assert.True(_astray.Allocate().IsSuccess);
    }

    [Fact]
    public void A_client_with_an_allocation_where_it_comes_to_is_none()
    {
        Assert.True(_astray.Allocate().IsSuccess);
        Add();
        Assert.True(_astray.Refresh().IsSuccess);
    }

    [Fact]
    public void The_next_owner_is_not_forgotten_with_the_last()
    {
        Add();
        Assert.True(_group.TryAddStranger(Wrong, TestRelay.Listener, _astray.Address, owner: 2));
        _group.RemoveStranger(Wrong, TestRelay.Listener, _astray.Address, Owner);
        Assert.Equal(RelayAction.HandOver, _astray.ChannelData(0x4001, [1]).Action);
        Assert.Equal(2, _wrong.HandOver.Shard);
    }

    [Fact]
    public void They_are_bounded_and_there_is_room_again_when_some_have_gone()
    {
        for (int i = 0; i < RelayGroup.MaxStrangers; i++) Assert.True(_group.TryAddStranger(Wrong, TestRelay.Listener, Client(i), Owner));
        Assert.False(_group.TryAddStranger(Wrong, TestRelay.Listener, _astray.Address, Owner));

        // The machine comes round to what has changed when it meets somebody unknown.
        Assert.True(_astray.ChannelData(0x4001, [1]).IsNothing);
        Assert.False(_group.TryAddStranger(Wrong, TestRelay.Listener, _astray.Address, Owner));
        _group.RemoveStranger(Wrong, TestRelay.Listener, Client(0), Owner);
        Add();
        Assert.Equal(RelayAction.HandOver, _astray.ChannelData(0x4001, [1]).Action);
    }

    [Fact]
    public void Machines_and_listeners_that_are_not_there_have_none()
    {
        Assert.False(_group.TryAddStranger(7, TestRelay.Listener, _astray.Address, Owner));
        Assert.False(_group.TryAddStranger(-1, TestRelay.Listener, _astray.Address, Owner));
        Assert.False(_group.TryAddStranger(Wrong, TransportAddress.Parse("198.0.2.1:1"), _astray.Address, Owner));
        _group.RemoveStranger(7, TestRelay.Listener, _astray.Address, Owner);
    }

    private static TransportAddress Client(int i) => TransportAddress.FromIPv4(0x0B00_0000 + (uint)i, 1);

    private void Add() => Assert.True(_group.TryAddStranger(Wrong, TestRelay.Listener, _astray.Address, Owner));
}
