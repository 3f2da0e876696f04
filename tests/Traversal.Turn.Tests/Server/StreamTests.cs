using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class StreamTests
{
    private static readonly SocketId Connection = new(70);

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public StreamTests()
    {
        _relay.Machine.AddListener(SocketId.None, TestRelay.Listener, ListenerKind.Stream);
        _client = new TestClient(_relay, via: Connection);
        _relay.Machine.OnClientConnected(Connection, TestRelay.Listener, _client.Address);
    }

    // RFC8656-12.5-2
    [Fact]
    public void What_goes_to_a_stream_is_padded_to_four_with_zeros()
    {
        _client.Allocate();
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        for (int length = 0; length < 9; length++)
        {
            byte[] data = [.. Enumerable.Repeat((byte)0xAA, length)];
            byte[] expected = [0x40, 0, 0, (byte)length, .. data, .. new byte[-length & 3]];
            Assert.Equal(expected, _relay.FromPeer(_client.Relay, TransportAddress.Parse("9.9.9.9:9"), data).Bytes);
            Sent indication = _relay.FromPeer(_client.Relay, TransportAddress.Parse("9.9.9.9:10"), data);
            Assert.Equal(0, indication.Bytes.Length & 3);
            Assert.Equal(data, indication.Data);
        }
    }

    [Fact]
    public void A_client_whose_TCP_port_has_the_number_of_a_relays_UDP_port_is_no_relay()
    {
        var other = new TestClient(_relay, "198.51.100.9:5000");
        Assert.True(other.Allocate().IsSuccess);
        var connection = new SocketId(71);
        var client = new TestClient(_relay, other.Relayed.ToString(), via: connection);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);

        Assert.True(client.Allocate().IsSuccess);
        Assert.Equal(403, new TestClient(_relay, other.Relayed.ToString()).Allocate().Code);
    }

    [Fact]
    public void The_same_address_over_UDP_and_TCP_is_two_clients()
    {
        Assert.True(_client.Allocate().IsSuccess);
        Assert.True(new TestClient(_relay).Allocate().IsSuccess);
        Assert.Equal(2, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void A_connection_that_closes_takes_its_allocation_along()
    {
        _client.Allocate();
        new TestClient(_relay).Allocate();
        _relay.Machine.OnClientGone(Connection, _relay.Clock);
        _relay.Drain();
        Assert.Equal(1, _relay.OpenSockets);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        Assert.True(_client.Bare(StunMethod.Binding).IsNothing);
        _relay.Machine.OnClientGone(Connection, _relay.Clock);
    }

    [Fact]
    public void On_a_wildcard_listener_the_relay_address_is_that_of_the_connection()
    {
        var local = TransportAddress.Parse("198.0.2.200:3478");
        var connection = new SocketId(71);
        var client = new TestClient(_relay, "198.1.0.8:1", via: connection);
        _relay.Machine.OnClientConnected(connection, local, client.Address);
        Assert.True(client.Allocate().Relayed.HasSameAddress(local));
    }

    [Fact]
    public void Requests_on_a_connection_that_nobody_announced_are_dropped()
    {
        var client = new TestClient(_relay, via: new SocketId(99));
        Assert.True(client.Bare(StunMethod.Binding).IsNothing);
        Assert.True(client.Bare(StunMethod.Refresh).IsNothing);
    }

    [Fact]
    public void Classic_messages_are_for_UDP()
    {
        byte[] request = [0, 1, 0, 0, .. new byte[16]];
        Assert.True(_client.Send(request).IsNothing);
    }
}
