using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Relayed packets allocate nothing, whichever way they go, and neither do packets that are dropped.</summary>
public sealed class DataPlaneAllocationTests
{
    private const int Packets = 20_000;

    private readonly TestRelay _relay = new(options => (options.BytesPerSecond, options.PacketsPerSecond) = (int.MaxValue, int.MaxValue));
    private readonly TestClient _client;
    private readonly TestClient _other;
    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];
    private readonly SocketId _socket;
    private readonly int _handle;

    public DataPlaneAllocationTests()
    {
        _client = new TestClient(_relay);
        _other = new TestClient(_relay, "198.1.0.8:1");
        _client.Allocate();
        _other.Allocate();
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _client.ChannelBind(0x4001, _other.Relayed.ToString());
        _client.CreatePermission("9.9.9.8:1");
        _other.CreatePermission(_client.Relayed.ToString());
        _socket = _client.Relay;
        _handle = _relay.HandleOf(_socket);
    }

    [Fact]
    public void ChannelData_to_a_peer() => AssertAllocatesNothing(RelayAction.Forward, FromClient(TestClient.ChannelDataBytes(0x4000, new byte[160])));

    [Fact]
    public void A_batch_of_ChannelData()
    {
        byte[] slab = TestClient.ChannelDataBytes(0x4000, new byte[160]);
        Datagram[] batch = [.. Enumerable.Repeat(new Datagram(_client.Via, 0, slab.Length, _client.Address), 8)];
        var outgoing = new Datagram[batch.Length];
        int[] owners = new int[batch.Length], hints = new int[batch.Length];
        AssertAllocatesNothing(
            RelayAction.Forward,
            () =>
            {
                _relay.Machine.Anticipate(batch, owners, hints);
                int forwarded = _relay.Machine.ForwardData(batch, hints, slab, _relay.Clock, outgoing);
                return forwarded == batch.Length ? RelayAction.Forward : RelayAction.Drop;
            });
    }

    [Fact]
    public void ChannelData_to_another_client() =>
        AssertAllocatesNothing(RelayAction.Reply, FromClient(TestClient.ChannelDataBytes(0x4001, new byte[160])));

    [Fact]
    public void Send_to_a_peer() => AssertAllocatesNothing(RelayAction.Forward, FromClient(TestClient.Indication("9.9.9.8:8", new byte[160])));

    [Fact]
    public void Send_to_another_client() =>
        AssertAllocatesNothing(RelayAction.Forward, FromClient(TestClient.Indication(_other.Relayed.ToString(), new byte[160])));

    [Fact]
    public void A_peer_with_a_channel() => AssertAllocatesNothing(RelayAction.Forward, FromPeer("9.9.9.9:9"));

    [Fact]
    public void A_peer_without_a_channel() => AssertAllocatesNothing(RelayAction.Forward, FromPeer("9.9.9.8:8"));

    [Fact]
    public void A_peer_without_a_permission() => AssertAllocatesNothing(RelayAction.Drop, FromPeer("9.9.9.7:7"));

    [Fact]
    public void Garbage() => AssertAllocatesNothing(RelayAction.Drop, FromClient([0x15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

    [Fact]
    public void A_flood_of_unauthenticated_requests() => AssertAllocatesNothing(
        null,
        FromClient(_client.Message(
            Stun.StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: false)));

    [Fact]
    public void A_flood_of_requests_with_wrong_integrity()
    {
        _client.SetPassword("wrong");
        AssertAllocatesNothing(null, FromClient(_client.Message(Stun.StunMethod.Refresh, null, TestClient.NewId(), authenticate: true)));
    }

    private Func<RelayAction> FromClient(byte[] datagram)
    {
        byte[] buffer = new byte[datagram.Length];
        return () =>
        {
            datagram.CopyTo(buffer, 0);
            return _relay.Machine.OnClientDatagram(_client.Via, _client.Address, buffer, _reply, _relay.Clock).Action;
        };
    }

    private Func<RelayAction> FromPeer(string peer)
    {
        byte[] packet = new byte[RelayMachine.Headroom + 161];
        TransportAddress address = TransportAddress.Parse(peer);
        return () => _relay.Machine.OnPeerDatagram(_handle, in address, packet, _relay.Clock).Action;
    }

    private static void AssertAllocatesNothing(RelayAction? expected, Func<RelayAction> packet)
    {
        for (int i = 0; i < 100; i++)
        {
            RelayAction action = packet();
            if (expected is { } known) Assert.Equal(known, action);
        }


        // The runtime itself may allocate once while it compiles; a packet that allocates does so in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Packets; i++) packet();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
