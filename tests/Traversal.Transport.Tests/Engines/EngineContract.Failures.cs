using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    /// <summary>Destinations that fail, each with the reasons that may be counted for it.</summary>
    public static TheoryData<string, SendFailure[]> BadDestinations => new()
    {
        { "127.0.0.1:0", [SendFailure.BadDestination] },
        { "[::1]:9", [SendFailure.BadDestination] },
        { "", [SendFailure.BadDestination] },
        // Bound to loopback, a socket reaches nothing else. What the kernel calls that depends on its version and on its routes.
        { "192.0.2.1:9", [SendFailure.BadDestination, SendFailure.Unreachable, SendFailure.Denied] },
        { "255.255.255.255:9", [SendFailure.Denied, SendFailure.Unreachable, SendFailure.BadDestination] },
    };

    [Theory]
    [MemberData(nameof(BadDestinations))]
    public void A_bad_destination_costs_its_own_datagram_and_no_other(string destination, SendFailure[] reasons)
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress good) = EngineHarness.OpenPeer();
        TransportAddress bad = destination.Length == 0 ? default : TransportAddress.Parse(destination);
        using (peer)
        {
            harness.Engine.Send([
                harness.Write(id, bad, "lost"u8),
                harness.Write(id, good, "one"u8),
                harness.Write(id, bad, "lost"u8),
                harness.Write(id, bad, "lost"u8),
                harness.Write(id, good, "two"u8),
                harness.Write(id, good, "three"u8),
                harness.Write(id, bad, "lost"u8),
            ]);

            Assert.Equal("one", EngineHarness.ReceiveText(peer));
            Assert.Equal("two", EngineHarness.ReceiveText(peer));
            Assert.Equal("three", EngineHarness.ReceiveText(peer));
        }

        Assert.Equal(3, harness.Engine.Counters.DatagramsSent);
        Assert.Equal("onetwothree".Length, harness.Engine.Counters.BytesSent);
        Assert.Equal(4, harness.Engine.Counters.TotalSendDrops);
        Assert.Equal(4, reasons.Sum(harness.Engine.Counters.SendDrops));
    }

    [Fact]
    public void A_datagram_too_long_for_the_protocol_costs_itself_and_no_other()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open();
        (Socket peer, TransportAddress good) = EngineHarness.OpenPeer();
        using (peer)
        {
            harness.Engine.Send([
                harness.Write(id, good, new byte[DatagramEngine.MaxDatagram]),
                harness.Write(id, good, new byte[DatagramEngine.MaxDatagram]),
                harness.Write(id, good, "good"u8),
            ]);
            Assert.Equal("good", EngineHarness.ReceiveText(peer));
        }

        Assert.Equal(2, harness.Engine.Counters.SendDrops(SendFailure.TooLong));
    }

    [Fact]
    public void Sending_to_a_port_where_nobody_is_does_not_disturb_the_socket()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket gone, TransportAddress goneAddress) = EngineHarness.OpenPeer();
        gone.Dispose();
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer();
        using (peer)
        {
            for (int i = 0; i < 10; i++)
            {
                harness.Send(id, goneAddress, "nobody");
                harness.Send(id, peerAddress, "somebody");
                Assert.Equal("somebody", EngineHarness.ReceiveText(peer));
                peer.SendTo("answer"u8, address.ToIPEndPoint());
                Assert.Equal("answer", harness.ReceiveText());
            }
        }
    }

    [Fact]
    public void Sending_through_a_closed_or_unknown_socket_is_a_counted_drop()
    {
        using EngineHarness harness = NewHarness();
        (SocketId closed, _) = harness.Open();
        (SocketId open, TransportAddress address) = harness.Open();
        harness.Engine.Close(closed);
        (SocketId successor, _) = harness.Open();

        harness.Engine.Send([
            harness.Write(closed, address, "lost"u8),
            harness.Write(SocketId.None, address, "lost"u8),
            harness.Write(new SocketId(int.MaxValue), address, "lost"u8),
            harness.Write(new SocketId(-1), address, "lost"u8),
            harness.Write(successor, address, "arrives"u8),
        ]);

        (SocketId socket, _, byte[] bytes) = Assert.Single(harness.ReceiveAtLeast(1));
        Assert.Equal(open, socket);
        Assert.Equal("arrives", Encoding.ASCII.GetString(bytes));
        Assert.Equal(4, harness.Engine.Counters.SendDrops(SendFailure.NoSocket));
    }

    [Fact]
    public void Bytes_outside_of_the_slab_are_refused_before_anything_is_read()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        int end = harness.Engine.Slab.Length;
        foreach ((int start, int length) in new[] { (-1, 1), (end, 1), (end - 1, 2), (int.MaxValue, 1), (0, -1), (0, int.MaxValue), (0, DatagramEngine.MaxDatagram + 1) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => harness.Engine.Send([new Datagram(id, start, length, address)]));
        }
    }

    [Fact]
    public void A_reservation_ends_with_the_next_send_and_there_are_as_many_as_was_said()
    {
        using EngineHarness harness = NewHarness(new DatagramEngineOptions { MaxSockets = 4, ReservedSlots = 3 });
        var starts = new HashSet<int>();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(harness.Engine.TryReserve(out int start));
            Assert.True(starts.Add(start));
        }

        Assert.False(harness.Engine.TryReserve(out _));
        harness.Engine.Send([]);
        Assert.True(harness.Engine.TryReserve(out _));
    }

    [Theory]
    [InlineData(nameof(DatagramEngineOptions.MaxSockets))]
    [InlineData(nameof(DatagramEngineOptions.ReceiveSlots))]
    [InlineData(nameof(DatagramEngineOptions.ReservedSlots))]
    [InlineData(nameof(DatagramEngineOptions.RelayBurst))]
    public void An_option_outside_of_its_range_is_named(string option)
    {
        var options = new DatagramEngineOptions();
        typeof(DatagramEngineOptions).GetProperty(option)!.SetValue(options, 0);
        Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(() => DatagramEngine.Create(kind, options)).ParamName);
    }
}
