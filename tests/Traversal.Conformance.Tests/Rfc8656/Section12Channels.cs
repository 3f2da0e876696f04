using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 12: channels.</summary>
public sealed class Section12Channels
{
    private const ushort Number = 0x4001;
    private const string Peer = "9.9.9.9:9";

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section12Channels()
    {
        _client = new TestClient(_relay);
        _client.Allocate((ref writer) => writer.AddLifetime(3600));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12.2-1")]
    public void A_peer_of_another_family_is_443()
    {
        Assert.Equal(443, _client.ChannelBind(Number, "[2a00:9::1]:9").Code);
        Assert.True(_client.ChannelData(Number, [1]).IsNothing);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12.5-1")]
    public void What_a_peer_sends_goes_by_its_channel_where_it_has_one()
    {
        _client.CreatePermission(Peer);
        Assert.Equal(0x00, FromPeer([1]).Bytes[0] & 0xC0);
        _client.ChannelBind(Number, Peer);
        Assert.Equal([0x40, 0x01, 0, 3, 1, 2, 3], FromPeer([1, 2, 3]).Bytes);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12.5-2")]
    public void On_a_connection_ChannelData_is_padded_to_a_multiple_of_four()
    {
        var connection = new SocketId(70);
        var client = new TestClient(_relay, via: connection);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);
        client.Allocate();
        client.ChannelBind(Number, Peer);

        for (int length = 0; length < 9; length++)
        {
            Sent sent = _relay.FromPeer(client.Relay, TransportAddress.Parse(Peer), new byte[length]);
            Assert.Equal(4 + (length + 3 & ~3), sent.Bytes.Length);
            Assert.Equal(length, sent.Bytes[3]);
        }
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12.6-2")]
    public void Data_on_a_channel_refreshes_neither_its_binding_nor_its_permission()
    {
        _client.ChannelBind(Number, Peer);
        SendFor(seconds: 290);
        Assert.False(FromPeer([1]).IsNothing);
        SendFor(seconds: 10);
        Assert.True(FromPeer([1]).IsNothing);

        SendFor(seconds: 290);
        _relay.Advance(10);
        Assert.True(_client.ChannelData(Number, [1]).IsNothing);
    }

    private void SendFor(int seconds)
    {
        for (int i = 0; i < seconds; i += 10)
        {
            Assert.False(_client.ChannelData(Number, [1]).IsNothing);
            _relay.Advance(10);
        }
    }

    private Sent FromPeer(byte[] data) => _relay.FromPeer(_client.Relay, TransportAddress.Parse(Peer), data);
}
