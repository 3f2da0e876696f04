using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Data in batches is decided as if each datagram had been handed in alone.</summary>
public sealed class DataBatchTests
{
    private const ushort Channel = 0x4000;
    private const string Peer = "9.9.9.9:9";

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;
    private readonly TestClient _other;

    public DataBatchTests()
    {
        _client = new TestClient(_relay);
        _other = new TestClient(_relay, "198.1.0.8:1");
        foreach (TestClient client in new[] { _client, _other })
        {
            client.Allocate();
            client.ChannelBind(Channel, Peer);
        }
    }

    [Fact]
    public void A_batch_goes_on_in_its_order_each_by_its_own_relay()
    {
        byte[] slab = [.. Data(Channel, 1), .. Data(Channel, 2, 3), .. Data(Channel)];
        var batch = new[] { From(_client, 0, 5), From(_other, 5, 6), From(_client, 11, 4) };

        ReadOnlySpan<Datagram> sent = _relay.ForwardData(batch, slab);

        var peer = TransportAddress.Parse(Peer);
        Assert.Equal([new Datagram(_client.Relay, 4, 1, peer), new Datagram(_other.Relay, 9, 2, peer), new Datagram(_client.Relay, 15, 0, peer)], sent.ToArray());
        Assert.Equal(3, _relay.Machine.Counters[RelayCounter.PacketsToPeers]);
        Assert.Equal(3, _relay.Machine.Counters[RelayCounter.BytesToPeers]);
    }

    [Fact]
    public void What_is_more_than_data_ends_it_and_what_comes_after_waits()
    {
        byte[] request = _client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
        byte[] slab = [.. Data(Channel, 1), .. request];
        var batch = new[] { From(_client, 0, 5), From(_client, 5, request.Length), From(_client, 0, 5) };

        Assert.Equal(1, _relay.ForwardData(batch, slab).Length);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.PacketsToPeers]);
    }

    [Theory]
    [InlineData(0x4001, new byte[] { 1 }, 1)] // Not bound.
    [InlineData(0x8000, new byte[] { 1 }, 1)] // Not a channel.
    [InlineData(0, new byte[] { 1 }, 1)]
    [InlineData(Channel, new byte[] { 1 }, 2)] // Shorter than it says.
    public void What_must_be_dropped_is_left_and_not_counted(int channel, byte[] data, int length)
    {
        byte[] slab = TestClient.ChannelDataBytes((ushort)channel, data);
        slab[3] = (byte)length;

        Assert.True(_relay.ForwardData([From(_client, 0, slab.Length)], slab).IsEmpty);
        Assert.True(_relay.ForwardData([From(_client, 0, 3)], slab).IsEmpty);
        Assert.Equal(0, _relay.Machine.Counters.Dropped);
        Assert.Equal(0, _relay.Machine.Counters[RelayCounter.PacketsToPeers]);
    }

    [Fact]
    public void A_client_is_known_by_listener_address_and_port_whatever_the_hint_says()
    {
        byte[] slab = Data(Channel, 1);
        Datagram[] strangers =
        [
            new(TestRelay.UdpIPv6, 0, 5, _client.Address),
            new(TestRelay.Udp, 0, 5, _client.Address.WithPort(1)),
            new(TestRelay.Udp, 0, 5, TransportAddress.Parse("198.1.0.9:40000")),
        ];
        foreach (Datagram stranger in strangers)
        {
            for (int hint = RelayMachine.NoHint; hint < 20; hint++)
                Assert.Equal(0, _relay.Machine.ForwardData([stranger], [hint], slab, _relay.Clock, new Datagram[1]));
            Assert.Equal(0, _relay.Machine.ForwardData([stranger], [int.MaxValue], slab, _relay.Clock, new Datagram[1]));
        }
    }

    [Fact]
    public void It_forwards_no_more_than_there_is_room_for()
    {
        byte[] slab = Data(Channel, 1);
        var batch = new[] { From(_client, 0, 5), From(_client, 0, 5), From(_client, 0, 5) };
        int[] hints = new int[3];
        _relay.Machine.Anticipate(batch, new int[3], hints);

        Assert.Equal(2, _relay.Machine.ForwardData(batch, hints, slab, _relay.Clock, new Datagram[2]));
        Assert.Equal(0, _relay.Machine.ForwardData(batch, hints, slab, _relay.Clock, []));
        Assert.Equal(2, _relay.Machine.Counters[RelayCounter.PacketsToPeers]);
    }

    [Fact]
    public void The_IP_header_has_one_hop_less_and_the_last_hop_is_left()
    {
        byte[] slab = Data(Channel, 1);
        Datagram[] batch =
        [
            From(_client, 0, 5) with { Header = new IPHeader(0xB8, 64) },
            From(_client, 0, 5) with { Header = new IPHeader(0xB8, 1) },
        ];

        ReadOnlySpan<Datagram> sent = _relay.ForwardData(batch, slab);

        Assert.Equal([new IPHeader(0xB8, 63)], sent.ToArray().Select(datagram => datagram.Header));
    }

    [Theory]
    [InlineData(599.999, 3600, 1)]
    [InlineData(600, 3600, 0)] // The channel is over.
    [InlineData(600, 600, 0)]
    [InlineData(601, 600, 0)]
    public void What_is_over_is_over_before_the_machine_was_told_the_time(double seconds, int lifetime, int forwarded)
    {
        byte[] slab = Data(Channel, 1);
        _client.Refresh((uint)lifetime);
        _relay.AdvanceSilently(TimeSpan.FromSeconds(seconds));

        Assert.Equal(forwarded, _relay.ForwardData([From(_client, 0, 5)], slab).Length);
    }

    [Fact]
    public void An_allocation_ends_before_its_channel()
    {
        byte[] slab = Data(Channel, 1);
        _relay.AdvanceSilently(TimeSpan.FromSeconds(590));
        _client.ChannelBind(Channel, Peer);
        Assert.Equal(1, _relay.ForwardData([From(_client, 0, 5)], slab).Length);

        _relay.AdvanceSilently(TimeSpan.FromSeconds(10));
        Assert.True(_relay.ForwardData([From(_client, 0, 5)], slab).IsEmpty);
    }

    private static byte[] Data(ushort channel, params byte[] data) => TestClient.ChannelDataBytes(channel, data);

    private static Datagram From(TestClient client, int start, int length) => new(client.Via, start, length, client.Address);
}
