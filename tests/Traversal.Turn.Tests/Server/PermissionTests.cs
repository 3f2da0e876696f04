using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class PermissionTests
{
    private readonly TestRelay _relay = new(options => options.MaxPermissions = 4);
    private readonly TestClient _client;

    public PermissionTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
    }

    [Fact]
    public void A_permission_is_for_an_address_whatever_the_port()
    {
        Sent sent = _client.CreatePermission("9.9.9.9:1");
        Assert.True(sent.IsSuccess);
        _client.AssertSigned(sent);
        Assert.False(FromPeer("9.9.9.9:77").IsNothing);
        Assert.False(_client.SendIndication("9.9.9.9:78", [1]).IsNothing);
        Assert.True(FromPeer("9.9.9.8:1").IsNothing);
        Assert.True(_client.SendIndication("9.9.9.8:1", [1]).IsNothing);
        Assert.Equal(2, _relay.Machine.Counters[RelayCounter.DroppedNoPermission]);
    }

    // RFC8656-9-1
    [Fact]
    public void A_permission_lasts_five_minutes_unless_refreshed_by_request()
    {
        _client.Refresh(3600);
        _client.CreatePermission("9.9.9.9:1");
        _relay.Advance(200);
        _client.SendIndication("9.9.9.9:1", [1]);
        FromPeer("9.9.9.9:1");
        _relay.Advance(99.9);
        Assert.False(FromPeer("9.9.9.9:1").IsNothing);
        _relay.Advance(0.2);
        Assert.True(FromPeer("9.9.9.9:1").IsNothing);
        Assert.True(_client.SendIndication("9.9.9.9:1", [1]).IsNothing);

        _client.CreatePermission("9.9.9.9:1");
        _relay.Advance(200);
        _client.CreatePermission("9.9.9.9:2");
        _relay.Advance(200);
        Assert.False(FromPeer("9.9.9.9:1").IsNothing);
    }

    [Fact]
    public void An_expired_permission_does_not_pass_data_even_if_the_timer_is_late()
    {
        _client.CreatePermission("9.9.9.9:1");
        _relay.AdvanceSilently(TimeSpan.FromSeconds(300));
        Assert.True(FromPeer("9.9.9.9:1").IsNothing);
        Assert.True(_client.SendIndication("9.9.9.9:1", [1]).IsNothing);
    }

    [Fact]
    public void Expired_permissions_make_room()
    {
        Assert.True(_client.CreatePermission("9.9.9.1:1", "9.9.9.2:1", "9.9.9.3:1", "9.9.9.4:1").IsSuccess);
        Assert.Equal(508, _client.CreatePermission("9.9.9.5:1").Code);
        Assert.True(_client.CreatePermission("9.9.9.4:1").IsSuccess);
        _relay.Advance(301);
        Assert.True(_client.CreatePermission("9.9.9.5:1").IsSuccess);
    }

    [Fact]
    public void Several_addresses_get_permissions_all_or_none()
    {
        Assert.Equal(403, _client.CreatePermission("9.9.9.1:1", "10.0.0.1:1", "9.9.9.2:1").Code);
        Assert.True(FromPeer("9.9.9.1:1").IsNothing);
        Assert.Equal(508, _client.CreatePermission("9.9.9.1:1", "9.9.9.2:1", "9.9.9.3:1", "9.9.9.4:1", "9.9.9.5:1").Code);
        Assert.True(FromPeer("9.9.9.1:1").IsNothing);
        Assert.Equal(443, _client.CreatePermission("9.9.9.1:1", "[2a00:9::1]:1").Code);
        Assert.True(FromPeer("9.9.9.1:1").IsNothing);
        Assert.True(_client.CreatePermission("9.9.9.1:1", "9.9.9.2:1").IsSuccess);
        Assert.False(FromPeer("9.9.9.1:1").IsNothing);
        Assert.False(FromPeer("9.9.9.2:1").IsNothing);
    }

    // RFC8656-10.2-1
    [Fact]
    public void No_address_or_a_broken_one_is_400()
    {
        Assert.Equal(400, _client.CreatePermission().Code);
        Assert.Equal(400, _client.Request(StunMethod.CreatePermission, (ref writer) =>
        {
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.1:1"));
            writer.Add(StunAttributeType.XorPeerAddress, [0, 1, 2, 3]);
        }).Code);
        Assert.True(FromPeer("9.9.9.1:1").IsNothing);
    }

    [Fact]
    public void Permissions_of_one_allocation_are_nothing_to_another()
    {
        _client.CreatePermission("9.9.9.9:1");
        var other = new TestClient(_relay, "198.1.0.8:1");
        other.Allocate();
        Assert.True(other.SendIndication("9.9.9.9:1", [1]).IsNothing);
        Assert.True(_relay.FromPeer(other.Relay, TransportAddress.Parse("9.9.9.9:1"), [1]).IsNothing);
    }

    [Fact]
    public void A_new_allocation_on_the_same_5_tuple_has_none_of_the_old_permissions()
    {
        _client.CreatePermission("9.9.9.9:1");
        _client.ChannelBind(0x4000, "9.9.9.8:1");
        _client.Refresh(0);
        _client.Allocate();
        Assert.True(_client.SendIndication("9.9.9.9:1", [1]).IsNothing);
        Assert.True(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.True(FromPeer("9.9.9.8:1").IsNothing);
    }

    // RFC8656-10.2-2
    [Fact]
    public void An_IPv6_allocation_has_IPv6_permissions()
    {
        var client = new TestClient(_relay, "198.1.0.8:1");
        client.Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6));
        Assert.Equal(443, client.CreatePermission("9.9.9.9:1").Code);
        Assert.True(client.CreatePermission("[2a00:9::1]:1").IsSuccess);
        Sent sent = client.SendIndication("[2a00:9::1]:7", [1, 2, 3]);
        Assert.Equal(TransportAddress.Parse("[2a00:9::1]:7"), sent.Destination);
        Sent data = _relay.FromPeer(client.Relay, TransportAddress.Parse("[2a00:9::1]:7"), [1, 2, 3, 4, 5]);
        Assert.Equal(TransportAddress.Parse("[2a00:9::1]:7"), data.Peer);
        Assert.Equal([1, 2, 3, 4, 5], data.Data);
    }

    private Sent FromPeer(string peer) => _relay.FromPeer(_client.Relay, TransportAddress.Parse(peer), [1, 2, 3]);
}
