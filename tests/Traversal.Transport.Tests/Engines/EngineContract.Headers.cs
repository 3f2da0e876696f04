using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    private const int ShortMtu = 1500;

    [Fact]
    public void Datagrams_go_out_with_DF_clear_and_the_default_traffic_class() // RFC8656-14-1 RFC8656-13-1: the alternate behaviour
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open();
        (SocketId listener, _) = harness.Open(SocketRole.Listener);
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        using Wire wire = Wire.Open(address.Port);
        using (peer)
        {
            harness.Send(id, address, "relay");
            harness.Send(listener, address, "listener");
            Assert.Equal([("relay", false, 0), ("listener", false, 0)], wire.Read(2));
        }
    }

    [Fact]
    public void A_datagram_that_asks_for_it_goes_out_with_DF_set_and_its_neighbours_do_not()
    {
        using EngineHarness harness = NewHarness();
        SkipUnless(harness, EngineCapabilities.DontFragment);
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        using Wire wire = Wire.Open(address.Port);
        using (peer)
        {
            harness.Engine.Send([Whole(harness, id, address, "alone"u8)]);
            harness.Engine.Send([
                harness.Write(id, address, "a"u8),
                harness.Write(id, address, "bb"u8),
                Whole(harness, id, address, "c"u8),
                Whole(harness, id, address, "d"u8),
                harness.Write(id, address, "e"u8),
            ]);
            Assert.Equal([("alone", true), ("a", false), ("bb", false), ("c", true), ("d", true), ("e", false)], wire.Read(6).Select(packet => (packet.Text, packet.Df)));
        }
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void What_must_not_be_fragmented_and_is_too_long_is_dropped_alone(string local)
    {
        SkipUnlessIPv6(local);
        using (EngineHarness harness = NewHarness()) SkipUnless(harness, EngineCapabilities.DontFragment);
        NetworkNamespace.Run(ShortMtu, () => SendTooLong(local));
    }

    private void SendTooLong(string local)
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open(local: TransportAddress.Parse(local));
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer(local);
        using (peer)
        {
            byte[] large = new byte[2 * ShortMtu];
            large.AsSpan().Fill((byte)'l');
            harness.Engine.Send([Whole(harness, id, address, large), harness.Write(id, address, "small"u8), harness.Write(id, address, large)]);
            Assert.Equal("small", EngineHarness.ReceiveText(peer));
            Assert.Equal(Encoding.ASCII.GetString(large), EngineHarness.ReceiveText(peer));
        }

        Assert.Equal(1, harness.Engine.Counters.SendDrops(SendFailure.TooLong));
        Assert.Equal(2, harness.Engine.Counters.DatagramsSent);
    }

    [Theory]
    [InlineData("127.0.0.1:0", 3, 3)]
    [InlineData("[::1]:0", 1, 4)]
    public void An_ICMP_error_is_reported_with_the_socket_and_the_destination(string local, byte type, byte code)
    {
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness();
        SkipUnless(harness, EngineCapabilities.PathErrors);
        (SocketId id, _) = harness.Open(local: TransportAddress.Parse(local));
        (Socket gone, TransportAddress address) = EngineHarness.OpenPeer(local);
        gone.Dispose();

        Assert.Equal(new PathError(id, address, type, code, 0), SendUntilError(harness, id, address, default));
        harness.Engine.Receive(TimeSpan.Zero);
        Assert.True(harness.Engine.PathErrors.IsEmpty);
    }

    [Fact]
    public void Errors_of_some_destinations_cost_the_others_nothing()
    {
        const int Rounds = 50;
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open();
        (Socket gone, TransportAddress nobody) = EngineHarness.OpenPeer();
        gone.Dispose();
        (Socket peer, TransportAddress somebody) = EngineHarness.OpenPeer();
        using (peer)
        {
            for (int i = 0; i < Rounds; i++)
            {
                harness.Engine.Send([
                    harness.Write(id, nobody, "lost"u8),
                    harness.Write(id, somebody, "one"u8),
                    harness.Write(id, nobody, "lost"u8),
                    harness.Write(id, somebody, "two"u8),
                ]);
                Assert.Equal("one", EngineHarness.ReceiveText(peer));
                Assert.Equal("two", EngineHarness.ReceiveText(peer));
                harness.Engine.Receive(TimeSpan.Zero);
            }
        }

        Assert.Equal(4 * Rounds, harness.Engine.Counters.DatagramsSent);
    }

    // The kernel makes so many ICMP messages a second and no more, whoever they are for: one that the others used up is asked for again.
    private static PathError? SendUntilError(EngineHarness harness, SocketId id, TransportAddress nobody, IPHeader header)
    {
        long deadline = Environment.TickCount64 + (long)EngineHarness.Patience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            harness.Engine.Send([harness.Write(id, nobody, "nobody"u8) with { Header = header }]);
            Assert.True(harness.Engine.Receive(TimeSpan.FromMilliseconds(500)).IsEmpty);
            foreach (ref readonly PathError found in harness.Engine.PathErrors) return found;
        }

        Assert.SkipUnless(KernelReports(nobody), "the kernel sends no ICMP errors at present, to a plain socket neither");
        return null;
    }

    private static bool KernelReports(TransportAddress nobody)
    {
        using var socket = new Socket(nobody.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(nobody.ToIPEndPoint());
        try
        {
            for (int i = 0; i < 3; i++)
            {
                socket.Send("nobody"u8);
                socket.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectRead);
            }

            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    private static Datagram Whole(EngineHarness harness, SocketId id, TransportAddress destination, ReadOnlySpan<byte> bytes) =>
        harness.Write(id, destination, bytes) with { DontFragment = true };

    /// <summary>Sees the IPv4 packets that go to a port of loopback.</summary>
    private sealed class Wire : IDisposable
    {
        private const int UdpHeaderLength = 8;

        private readonly Socket _socket;
        private readonly int _port;

        private Wire(Socket socket, int port) => (_socket, _port) = (socket, port);

        public static Wire Open(int port)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "raw sockets that see IP headers are of Linux");
            try
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp) { ReceiveTimeout = (int)EngineHarness.Patience.TotalMilliseconds };
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                return new Wire(socket, port);
            }
            catch (SocketException denied)
            {
                Assert.Skip($"a raw socket needs a privilege: {denied.Message}");
                throw;
            }
        }

        public List<(string Text, bool Df, int TrafficClass)> Read(int count)
        {
            var packets = new List<(string, bool, int)>();
            byte[] buffer = new byte[65_535];
            while (packets.Count < count)
            {
                ReadOnlySpan<byte> packet = buffer.AsSpan(0, _socket.Receive(buffer));
                int header = (packet[0] & 15) * 4;
                if ((packet[header + 2] << 8 | packet[header + 3]) != _port) continue;
                packets.Add((Encoding.ASCII.GetString(packet[(header + UdpHeaderLength)..]), (packet[6] & 0x40) != 0, packet[1]));
            }

            return packets;
        }

        public void Dispose() => _socket.Dispose();
    }
}
