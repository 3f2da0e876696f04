using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class IPHeaderTests
{
    private const ushort Channel = 0x4000;
    private static readonly IPHeader Expedited = new(0xB8 | 3, 64); // DSCP EF, ECN CE.

    private readonly byte[] _reply = new byte[2_000];

    [Theory]
    [InlineData("198.1.0.7:40000", "9.9.9.9:9")]
    [InlineData("198.1.0.7:40000", "[2a01::9]:9")]
    [InlineData("[2a00:5::7]:1", "9.9.9.9:9")]
    [InlineData("[2a00:5::7]:1", "[2a01::9]:9")]
    public void Data_keeps_DSCP_and_ECN_and_has_one_hop_less_between_all_families(string address, string peer) // RFC8656-13-1 RFC8656-14-1
    {
        (TestRelay relay, TestClient client) = Allocate(address, peer);

        Assert.Equal(new IPHeader(0xBB, 63), FromClient(relay, client, TestClient.Indication(peer, [1, 2]), Expedited).Header);
        Assert.Equal(new IPHeader(0xBB, 63), FromPeer(relay, client, peer, Expedited).Header);
        client.ChannelBind(Channel, peer);
        Assert.Equal(new IPHeader(0xBB, 63), FromClient(relay, client, TestClient.ChannelDataBytes(Channel, [1, 2]), Expedited).Header);
        Assert.Equal(new IPHeader(0xBB, 63), FromPeer(relay, client, peer, Expedited).Header);
    }

    [Theory]
    [InlineData("198.1.0.7:40000", "9.9.9.9:9")]
    [InlineData("[2a00:5::7]:1", "[2a01::9]:9")]
    public void What_has_made_its_last_hop_is_dropped_and_counted_but_requests_are_answered(string address, string peer)
    {
        (TestRelay relay, TestClient client) = Allocate(address, peer);
        client.ChannelBind(Channel, peer);
        var last = new IPHeader(0, 1);

        Assert.Equal(RelayAction.Drop, FromClient(relay, client, TestClient.Indication(peer, [1]), last).Action);
        Assert.Equal(RelayAction.Drop, FromClient(relay, client, TestClient.ChannelDataBytes(Channel, [1]), last).Action);
        Assert.Equal(RelayAction.Drop, FromPeer(relay, client, peer, last).Action);
        Assert.Equal(3, relay.Machine.Counters[RelayCounter.DroppedHopLimit]);
        Assert.Equal(0, relay.Machine.Counters[RelayCounter.PacketsToPeers]);
        Assert.Equal(0, relay.Machine.Counters[RelayCounter.PacketsToClients]);

        byte[] request = client.Message(Stun.StunMethod.Binding, null, TestClient.NewId(), authenticate: false);
        RelayVerdict answer = FromClient(relay, client, request, new IPHeader(0xB8, 1));
        Assert.Equal((RelayAction.Reply, default(IPHeader)), (answer.Action, answer.Header));
        Assert.Equal(RelayAction.Forward, FromPeer(relay, client, peer, new IPHeader(0, 2)).Action);
    }

    [Fact]
    public void What_comes_without_a_header_goes_out_with_the_defaults_whatever_came_before() // RFC8656-15-1
    {
        (TestRelay relay, TestClient client) = Allocate("198.1.0.7:40000", "9.9.9.9:9");

        Assert.NotEqual(default, FromPeer(relay, client, "9.9.9.9:9", Expedited).Header);
        Assert.Equal(default, FromClient(relay, client, TestClient.Indication("9.9.9.9:9", [1]), default).Header);
        Assert.Equal(default, FromPeer(relay, client, "9.9.9.9:9", default).Header);
    }

    private static (TestRelay Relay, TestClient Client) Allocate(string address, string peer)
    {
        var relay = new TestRelay();
        var client = new TestClient(relay, address);
        TransportAddress peerAddress = TransportAddress.Parse(peer);
        client.Allocate((ref writer) =>
        {
            if (peerAddress.IsIPv6) writer.AddRequestedAddressFamily(peerAddress.Family);
        });
        client.CreatePermission(peer);
        return (relay, client);
    }

    private RelayVerdict FromClient(TestRelay relay, TestClient client, byte[] datagram, IPHeader header) =>
        relay.Machine.OnClientDatagram(client.Via, client.Address, datagram, _reply, relay.Clock, RelayMachine.NoHint, header);

    private static RelayVerdict FromPeer(TestRelay relay, TestClient client, string peer, IPHeader header) =>
        relay.Machine.OnPeerDatagram(relay.HandleOf(client.Relay), TransportAddress.Parse(peer), new byte[RelayMachine.Headroom + 3], relay.Clock, header);
}
