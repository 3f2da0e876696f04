using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

/// <summary>What every engine does; each engine runs all of it.</summary>
public abstract partial class EngineContract(EngineKind kind)
{
    private static readonly TransportAddress IPv6Loopback = TransportAddress.Parse("[::1]:0");

    private EngineHarness NewHarness(DatagramEngineOptions? options = null) => new(kind, options);

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void A_datagram_arrives_with_its_socket_its_sender_and_its_bytes(string local)
    {
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open(local: TransportAddress.Parse(local));
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer(local);
        using (peer)
        {
            peer.SendTo("hello"u8, address.ToIPEndPoint());
            (SocketId socket, TransportAddress remote, byte[] bytes) = Assert.Single(harness.ReceiveAtLeast(1));

            Assert.Equal(id, socket);
            Assert.Equal(peerAddress, remote);
            Assert.Equal("hello"u8.ToArray(), bytes);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void A_datagram_sent_reaches_its_destination_from_the_address_of_its_socket(string local)
    {
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open(local: TransportAddress.Parse(local));
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer(local);
        using (peer)
        {
            harness.Send(id, peerAddress, "hello");

            byte[] buffer = new byte[100];
            EndPoint from = new IPEndPoint(peer.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            int length = peer.ReceiveFrom(buffer, ref from);
            Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, length));
            Assert.Equal(address, TransportAddress.From((IPEndPoint)from));
        }
    }

    [Fact]
    public void A_received_datagram_can_be_sent_on_with_a_header_written_in_front_of_it()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer();
        using (peer)
        {
            peer.SendTo("payload"u8, address.ToIPEndPoint());
            ReadOnlySpan<Datagram> batch = harness.Engine.Receive(EngineHarness.Patience);
            Datagram received = batch[0];
            int start = received.Start - DatagramEngine.Headroom;
            harness.Engine.Slab.Slice(start, DatagramEngine.Headroom).Fill((byte)'h');
            harness.Engine.Send([new Datagram(id, start, DatagramEngine.Headroom + received.Length, peerAddress)]);

            Assert.Equal(new string('h', DatagramEngine.Headroom) + "payload", EngineHarness.ReceiveText(peer));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_500)]
    [InlineData(9_000)]
    [InlineData(65_507)]
    public void Datagrams_of_every_length_pass_whole_both_ways(int length)
    {
        using EngineHarness harness = NewHarness();
        (SocketId near, TransportAddress nearAddress) = harness.Open(SocketRole.Listener);
        (SocketId far, _) = harness.Open();
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        harness.Send(far, nearAddress, bytes);
        (SocketId socket, _, byte[] received) = Assert.Single(harness.ReceiveAtLeast(1));

        Assert.Equal(near, socket);
        Assert.Equal(bytes, received);
    }

    [Fact]
    public void Neighbouring_slots_have_their_own_headroom_and_tailroom()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket peer, _) = EngineHarness.OpenPeer();
        using (peer)
        {
            for (int i = 0; i < 8; i++) peer.SendTo(Encoding.ASCII.GetBytes($"number {i}"), address.ToIPEndPoint());
            Thread.Yield();
            var seen = new List<string>();
            while (seen.Count < 8)
            {
                ReadOnlySpan<Datagram> batch = harness.Engine.Receive(EngineHarness.Patience);
                foreach (ref readonly Datagram datagram in batch)
                {
                    // Everything that belongs to one slot is overwritten; the datagrams after it must not notice.
                    Span<byte> slot = harness.Engine.Slab.Slice(
                        datagram.Start - DatagramEngine.Headroom,
                        DatagramEngine.Headroom + DatagramEngine.MaxDatagram + DatagramEngine.Tailroom);
                    seen.Add(Encoding.ASCII.GetString(slot.Slice(DatagramEngine.Headroom, datagram.Length)));
                    slot.Fill(0xEE);
                }
            }

            Assert.Equal([.. Enumerable.Range(0, 8).Select(i => $"number {i}")], seen);
        }
    }

    [Fact]
    public void Datagrams_of_one_flow_keep_their_order_in_and_out()
    {
        const int Count = 100;
        using EngineHarness harness = NewHarness();
        (SocketId near, TransportAddress nearAddress) = harness.Open(SocketRole.Listener);
        (SocketId first, TransportAddress firstAddress) = harness.Open();
        (SocketId second, TransportAddress secondAddress) = harness.Open();

        // Lengths vary in runs, so that engines which join datagrams have something to join.
        Datagram[] batch = [.. Enumerable.Range(0, Count).Select(i =>
            harness.Write(i % 3 == 0 ? first : second, nearAddress, Encoding.ASCII.GetBytes(new string('x', i / 10) + $":{i}")))];
        harness.Engine.Send(batch);
        List<(SocketId Socket, TransportAddress Remote, byte[] Bytes)> received = harness.ReceiveAtLeast(Count);

        Assert.All(received, datagram => Assert.Equal(near, datagram.Socket));
        Assert.Equal(
            Enumerable.Range(0, Count).Where(i => i % 3 == 0), Numbers(received.Where(datagram => datagram.Remote == firstAddress)));
        Assert.Equal(
            Enumerable.Range(0, Count).Where(i => i % 3 != 0), Numbers(received.Where(datagram => datagram.Remote == secondAddress)));

        static IEnumerable<int> Numbers(IEnumerable<(SocketId Socket, TransportAddress Remote, byte[] Bytes)> datagrams) =>
            datagrams.Select(datagram => int.Parse(Encoding.ASCII.GetString(datagram.Bytes).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Runs_of_equal_datagrams_with_a_shorter_last_one_and_mixed_destinations_arrive_as_they_were_sent()
    {
        using EngineHarness harness = NewHarness();
        (SocketId via, _) = harness.Open(SocketRole.Listener);
        (SocketId left, TransportAddress leftAddress) = harness.Open();
        (SocketId right, TransportAddress rightAddress) = harness.Open();
        int[] toLeft = [1200, 1200, 1200, 1200, 1200, 1200, 1200, 700, 1200, 1200, 0, 0, 0, 0, 5, 5, 5, 5, 9, 1200];
        int[] toRight = [100, 100, 100, 100, 100, 100, 200, 200, 200, 200, 200, 200];

        var batch = new List<Datagram>();
        foreach (int length in toLeft) batch.Add(Write(leftAddress, length));
        foreach (int length in toRight) batch.Add(Write(rightAddress, length));
        harness.Engine.Send(batch.ToArray());
        List<(SocketId Socket, TransportAddress Remote, byte[] Bytes)> received = harness.ReceiveAtLeast(toLeft.Length + toRight.Length);

        Assert.Equal(toLeft, received.Where(datagram => datagram.Socket == left).Select(datagram => datagram.Bytes.Length));
        Assert.Equal(toRight, received.Where(datagram => datagram.Socket == right).Select(datagram => datagram.Bytes.Length));
        Assert.All(received, datagram => Assert.All(datagram.Bytes, value => Assert.Equal((byte)datagram.Bytes.Length, value)));

        Datagram Write(TransportAddress destination, int length)
        {
            byte[] bytes = new byte[length];
            bytes.AsSpan().Fill((byte)length);
            return harness.Write(via, destination, bytes);
        }
    }

    private static void SkipUnlessIPv6(string local) =>
        Assert.SkipWhen(local.Contains('[', StringComparison.Ordinal) && !HasIPv6(), "this machine has no IPv6 loopback");

    private static bool HasIPv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(IPv6Loopback.ToIPEndPoint());
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
