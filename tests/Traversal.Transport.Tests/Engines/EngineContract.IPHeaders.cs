using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    private static readonly DatagramEngineOptions WithHeaders = new() { MaxSockets = 64, ReceiveIPHeaders = true };

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void Traffic_class_and_hop_limit_arrive_as_they_were_sent(string local)
    {
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness(WithHeaders);
        SkipUnless(harness, EngineCapabilities.IPHeaders);
        (SocketId from, _) = harness.Open(local: TransportAddress.Parse(local));
        (_, TransportAddress listener) = harness.Open(SocketRole.Listener, TransportAddress.Parse(local));
        (_, TransportAddress relay) = harness.Open(local: TransportAddress.Parse(local));
        IPHeader[] headers = [new(0xB8, 63), new(0x02, 7), new(0x03, 255), new(0, 64), new(0xFF, 1)];
        foreach (TransportAddress to in new[] { listener, relay })
        {
            foreach (IPHeader header in headers)
            {
                harness.Engine.Send([harness.Write(from, to, "alone"u8) with { Header = header }]);
                Assert.Equal([(header, "alone".Length)], ReceiveHeaders(harness, 1));
            }

            harness.Engine.Send([.. headers.Select(header => harness.Write(from, to, "batch"u8) with { Header = header })]);
            Assert.Equal(headers.Select(header => (header, "batch".Length)), ReceiveHeaders(harness, headers.Length));
        }
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void Runs_of_datagrams_break_where_the_header_changes(string local)
    {
        const int Each = 20;
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness(WithHeaders);
        SkipUnless(harness, EngineCapabilities.IPHeaders);
        (SocketId from, _) = harness.Open(local: TransportAddress.Parse(local));
        (_, TransportAddress to) = harness.Open(SocketRole.Listener, TransportAddress.Parse(local));
        IPHeader[] expected = [
            .. Enumerable.Repeat(new IPHeader(0xB8, 50), Each), .. Enumerable.Repeat(new IPHeader(0xBB, 50), Each), .. Enumerable.Repeat(new IPHeader(0xBB, 49), Each)];
        harness.Engine.Send([.. expected.Select(header => harness.Write(from, to, "datagram"u8) with { Header = header })]);

        Assert.Equal(expected.Select(header => (header, "datagram".Length)), ReceiveHeaders(harness, expected.Length));
        if (harness.Engine.Capabilities.HasFlag(EngineCapabilities.SegmentedSend)) Assert.Equal(3, harness.Engine.Counters.SegmentedSends);
    }

    [Fact]
    public void A_datagram_without_a_header_of_its_own_has_the_systems_defaults_beside_one_that_has()
    {
        using EngineHarness harness = NewHarness();
        SkipUnless(harness, EngineCapabilities.IPHeaders);
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress address) = EngineHarness.OpenPeer();
        using Wire wire = Wire.Open(address.Port);
        using (peer)
        {
            harness.Engine.Send([
                harness.Write(id, address, "a"u8) with { Header = new IPHeader(0xB9, 0), DontFragment = true },
                harness.Write(id, address, "b"u8),
                harness.Write(id, address, "c"u8) with { Header = new IPHeader(0x02, 9) },
            ]);
            Assert.Equal([("a", true, 0xB9), ("b", false, 0), ("c", false, 0x02)], wire.Read(3));
        }
    }

    [Theory]
    [InlineData("127.0.0.1:0", 3, 3)]
    [InlineData("[::1]:0", 1, 4)]
    public void An_ICMP_error_is_found_behind_the_header_of_the_packet_that_brought_it(string local, byte type, byte code)
    {
        SkipUnlessIPv6(local);
        using EngineHarness harness = NewHarness(WithHeaders);
        SkipUnless(harness, EngineCapabilities.IPHeaders | EngineCapabilities.PathErrors);
        (SocketId id, _) = harness.Open(local: TransportAddress.Parse(local));
        (Socket gone, TransportAddress address) = EngineHarness.OpenPeer(local);
        gone.Dispose();

        Assert.Equal(new PathError(id, address, type, code, 0), SendUntilError(harness, id, address, new IPHeader(0xB8, 9)));
    }

    [Fact]
    public void Headers_are_not_told_to_those_who_do_not_ask()
    {
        using EngineHarness harness = NewHarness();
        (SocketId from, _) = harness.Open();
        (_, TransportAddress to) = harness.Open();
        harness.Engine.Send([harness.Write(from, to, "alone"u8) with { Header = new IPHeader(0xB8, 63) }]);

        Assert.Equal([(default(IPHeader), "alone".Length)], ReceiveHeaders(harness, 1));
    }

    private static List<(IPHeader Header, int Length)> ReceiveHeaders(EngineHarness harness, int count)
    {
        var received = new List<(IPHeader, int)>();
        long deadline = Environment.TickCount64 + (long)EngineHarness.Patience.TotalMilliseconds;
        while (received.Count < count && Environment.TickCount64 < deadline)
        {
            foreach (ref readonly Datagram datagram in harness.Engine.Receive(TimeSpan.FromMilliseconds(100))) received.Add((datagram.Header, datagram.Length));
        }

        return received;
    }
}
