using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class SendDataTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public SendDataTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
        _client.CreatePermission("9.9.9.9:9");
    }

    [Fact]
    public void Data_of_every_length_goes_both_ways_unchanged()
    {
        foreach (int length in (int[])[0, 1, 2, 3, 4, 5, 100, 1200, 1471, 9000, 60_000])
        {
            byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
            Sent toPeer = _client.SendIndication("9.9.9.9:9", data);
            Assert.Equal((_client.Relay, TransportAddress.Parse("9.9.9.9:9")), (toPeer.Via, toPeer.Destination));
            Assert.Equal(data, toPeer.Bytes);

            Sent toClient = FromPeer("9.9.9.9:9", data);
            Assert.Equal((StunClass.Indication, StunMethod.Data), (toClient.Message.Class, toClient.Message.Method));
            Assert.Equal(TransportAddress.Parse("9.9.9.9:9"), toClient.Peer);
            Assert.Equal(data, toClient.Data);
            Assert.Equal(20 + 12 + 4 + length + (-length & 3), toClient.Bytes.Length);
            Assert.All(toClient.Bytes[(36 + length)..], padding => Assert.Equal(0, padding));
        }
    }

    [Fact]
    public void What_is_no_datagram_any_more_with_a_header_is_dropped()
    {
        Assert.Equal(65_532, FromPeer("9.9.9.9:9", new byte[65_496]).Bytes.Length);
        foreach (int length in (int[])[65_500, 65_501, 65_507, 65_527, 65_535]) Assert.True(FromPeer("9.9.9.9:9", new byte[length]).IsNothing);
        Assert.Equal(5, _relay.Machine.Counters[RelayCounter.DroppedTooLong]);
    }

    [Theory]
    [InlineData("198.1.0.9:1", false, "9.9.9.9:9", true)]
    [InlineData("198.1.0.9:1", false, "[2a01::9]:9", false)]
    [InlineData("[2a00:5::7]:1", false, "9.9.9.9:9", false)]
    [InlineData("[2a00:5::7]:1", false, "[2a01::9]:9", false)]
    [InlineData("[2a00:5::7]:1", true, "9.9.9.9:9", true)]
    [InlineData("198.1.0.9:1", true, "[2a01::9]:9", true)]
    public void Dont_fragment_is_obeyed_from_IPv4_to_IPv4_and_from_streams_and_ignored_elsewhere( // RFC8656-13.1-1 RFC8656-13.2-4 RFC8656-13.3-2 RFC8656-15-1
        string address, bool isStream, string peer, bool isObeyed)
    {
        var relay = new TestRelay(options => options.SupportsDontFragment = true);
        var client = new TestClient(relay, address);
        if (isStream)
        {
            client.Via = new SocketId(-50);
            relay.Machine.OnClientConnected(client.Via, TestRelay.Listener, client.Address);
        }

        client.Allocate((ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv6));
        client.CreatePermission(peer);
        Sent sent = client.Send(TestClient.Write(StunClass.Indication, StunMethod.Send, TestClient.NewId(), (ref writer) =>
        {
            writer.AddPeerAddress(TransportAddress.Parse(peer));
            writer.AddEmpty(StunAttributeType.DontFragment);
            writer.Add(StunAttributeType.Data, [1, 2, 3]);
        }));
        Assert.Equal(isObeyed ? RelayAction.ForwardUnfragmented : RelayAction.Forward, sent.Action);
        Assert.Equal(RelayAction.Forward, client.SendIndication(peer, [1]).Action);
        Assert.Equal([1, 2, 3], sent.Bytes);
    }

    [Fact]
    public void Data_may_stand_before_the_peer()
    {
        Sent sent = _client.Send(TestClient.Write(StunClass.Indication, StunMethod.Send, TestClient.NewId(), (ref writer) =>
        {
            writer.Add(StunAttributeType.Data, [1, 2, 3]);
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
        }));
        Assert.Equal([1, 2, 3], sent.Bytes);
    }

    // RFC8656-11.2-1
    [Fact]
    public void Without_a_peer_or_data_it_is_dropped()
    {
        foreach (Build build in (Build[])
            [
                (ref writer) => writer.Add(StunAttributeType.Data, [1]),
                (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9")),
                (ref writer) =>
                {
                    writer.Add(StunAttributeType.XorPeerAddress, [1]);
                    writer.Add(StunAttributeType.Data, [1]);
                },
                (ref writer) =>
                {
                    writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:0"));
                    writer.Add(StunAttributeType.Data, [1]);
                },
                (ref writer) =>
                {
                    writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
                    writer.Add(StunAttributeType.Data, [1]);
                    writer.AddEmpty(StunAttributeType.DontFragment);
                },
                (ref writer) =>
                {
                    writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
                    writer.Add(StunAttributeType.Data, [1]);
                    writer.AddEmpty((StunAttributeType)0x7000);
                },
            ])
        {
            Assert.True(_client.Send(TestClient.Write(StunClass.Indication, StunMethod.Send, TestClient.NewId(), build)).IsNothing);
        }

        Assert.Equal(6, _relay.Machine.Counters[RelayCounter.DroppedMalformed]);
    }

    [Fact]
    public void Without_an_allocation_it_is_dropped()
    {
        Assert.True(new TestClient(_relay, "198.1.0.8:1").SendIndication("9.9.9.9:9", [1]).IsNothing);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.DroppedNoAllocation]);
    }

    [Fact]
    public void Comprehension_optional_attributes_do_not_matter()
    {
        Sent sent = _client.Send(TestClient.Write(StunClass.Indication, StunMethod.Send, TestClient.NewId(), (ref writer) =>
        {
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
            writer.AddEmpty((StunAttributeType)0xFF00);
            writer.Add(StunAttributeType.Data, [7]);
        }));
        Assert.Equal([7], sent.Bytes);
    }

    [Fact]
    public void The_ids_of_Data_indications_differ()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => FromPeer("9.9.9.9:9", [1]).Message.TransactionId).ToHashSet();
        Assert.Equal(100, ids.Count);
    }

    [Fact]
    public void A_handle_outlives_nothing()
    {
        SocketId socket = _client.Relay;
        int handle = _relay.HandleOf(socket);
        _client.Refresh(0);
        var other = new TestClient(_relay, "198.1.0.8:1");
        other.Allocate();
        other.CreatePermission("9.9.9.9:9");
        byte[] packet = new byte[RelayMachine.Headroom + 1];
        Assert.Equal(RelayAction.Drop, _relay.Machine.OnPeerDatagram(handle, TransportAddress.Parse("9.9.9.9:9"), packet, _relay.Clock).Action);
        Assert.Equal(RelayAction.Drop, _relay.Machine.OnPeerDatagram(0, TransportAddress.Parse("9.9.9.9:9"), packet, _relay.Clock).Action);
        Assert.Equal(RelayAction.Drop, _relay.Machine.OnPeerDatagram(-1, TransportAddress.Parse("9.9.9.9:9"), packet, _relay.Clock).Action);
        Assert.Throws<ArgumentException>(() => _relay.Machine.OnPeerDatagram(handle, default, new byte[63], _relay.Clock));
    }

    private Sent FromPeer(string peer, byte[] data) => _relay.FromPeer(_client.Relay, TransportAddress.Parse(peer), data);
}
