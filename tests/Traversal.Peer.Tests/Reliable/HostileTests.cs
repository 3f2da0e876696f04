using Traversal.Peer.Reliable;
using Traversal.Peer.Reliable.Wire;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>A third party on the way sees every packet, and may change, repeat and make some.</summary>
public sealed class HostileTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public void A_packet_that_was_changed_anywhere_is_dropped()
    {
        (Scene scene, Side other, byte[] packet) = CatchPacket();

        for (int index = 0; index < packet.Length; index++)
        {
            byte[] changed = [.. packet];
            changed[index] ^= 0x10;
            Assert.NotEqual(ReliableArrival.Handled, scene.Inject(other, changed));
        }

        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, packet[..^1]));
        Assert.Equal(ReliableArrival.Handled, scene.Inject(other, packet));
        Assert.False(other.Path.IsClosed);
    }

    [Fact]
    public void A_packet_that_is_repeated_is_dropped_however_old_it_is()
    {
        var scene = new Scene(1);
        var seen = new List<byte[]>();
        (Side one, Side other) = scene.Connect();
        scene.Tamper = (from, datagram) =>
        {
            if (from == one) seen.Add(datagram);
            return datagram;
        };
        one.Send(2_000_000);
        Assert.True(scene.RunUntil(() => other.Ended.Count == 1, Limit));

        foreach (byte[] datagram in seen) Assert.Equal(ReliableArrival.Replayed, scene.Inject(other, datagram));

        Assert.Equal(2_000_000, other.TotalReceived);
        Assert.Equal(seen.Count, other.Path.Counters.Replayed);
    }

    [Fact]
    public void A_packet_is_not_taken_by_the_side_that_sent_it()
    {
        var scene = new Scene(1);
        byte[]? seen = null;
        scene.Tamper = (_, datagram) => seen = datagram;
        (Side one, _) = scene.Connect();
        one.Send(100);
        scene.RunUntil(() => seen is not null, Limit);

        Assert.Equal(ReliableArrival.Forged, scene.Inject(one, seen!));
    }

    [Fact]
    public void Whoever_has_another_secret_changes_nothing()
    {
        var scene = new Scene(1);
        (Side one, Side other) = scene.Connect();
        (Side stranger, _) = new Scene(2).Connect(options => options.Secret = "another secret of sixteen"u8.ToArray());
        byte[] buffer = new byte[ReliablePath.MaxDatagramLength];
        stranger.Send(100_000);
        stranger.Path.Close(7);
        Assert.True(stranger.Path.TryTakeTransmit(buffer, scene.Now, out int length));
        one.Send(100_000);

        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, buffer[..length]));

        Assert.True(scene.RunUntil(() => other.Ended.Count == 1, Limit));
    }

    [Fact]
    public void After_a_new_secret_the_first_one_is_worth_nothing()
    {
        var scene = new Scene(1);
        var seen = new List<byte[]>();
        (Side one, Side other) = scene.Connect();
        (Side impostor, _) = scene.Connect();
        scene.Tamper = (from, datagram) =>
        {
            if (from == one) seen.Add(datagram);
            return datagram;
        };
        one.Send(1000, finishes: false);
        other.Send(1000, finishes: false);
        Assert.True(scene.RunUntil(() => one.TotalReceived == 1000 && other.TotalReceived == 1000, Limit));

        // The initiator knows it first: what it has yet to send must still be understood.
        one.Path.Rekey("a secret that is sent inside TLS"u8);
        one.Send(50_000);
        Assert.True(scene.RunUntil(() => other.TotalReceived == 51_000, Limit));
        other.Path.Rekey("a secret that is sent inside TLS"u8);
        other.Send(50_000);
        Assert.True(scene.RunUntil(() => one.TotalReceived == 51_000, Limit));
        one.Send(50_000);
        Assert.True(scene.RunUntil(() => other.TotalReceived == 101_000, Limit));

        byte[] buffer = new byte[ReliablePath.MaxDatagramLength];
        impostor.Path.Close(7);
        impostor.Path.TryTakeTransmit(buffer, scene.Now, out int length);
        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, buffer[..length]));
        Assert.All(seen, datagram => Assert.Equal((datagram[0] & 1) == 0 ? ReliableArrival.Forged : ReliableArrival.Replayed, scene.Inject(other, datagram)));
        Assert.Contains(seen, datagram => (datagram[0] & 1) == 0);
        Assert.Contains(seen, datagram => (datagram[0] & 1) == 1);
        Assert.False(other.Path.IsClosed);
        Assert.Throws<InvalidOperationException>(() => one.Path.Rekey("a secret that is sent inside TLS"u8));
    }

    [Fact]
    public void A_packet_that_was_cut_short_is_dropped()
    {
        (Scene scene, Side other, byte[] packet) = CatchPacket();

        for (int length = 0; length < packet.Length; length++)
        {
            ReliableArrival expected = length <= PacketHeader.Length + PacketSeal.TagLength ? ReliableArrival.NotSegment : ReliableArrival.Forged;
            Assert.Equal(expected, scene.Inject(other, packet[..length]));
        }

        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, [.. packet, 0]));
        Assert.Equal(ReliableArrival.Handled, scene.Inject(other, packet));
        Assert.Equal(packet.Length - PacketHeader.Length - PacketSeal.TagLength, other.Path.Counters.Forged);
    }

    [Fact]
    public void A_packet_that_comes_later_than_what_is_remembered_is_dropped()
    {
        var scene = new Scene(1);
        (_, Side other) = scene.Connect();
        using var peer = new Forger(isInitiator: true);
        for (int number = 2; number < 200; number += 2) Assert.Equal(ReliableArrival.Handled, scene.Inject(other, peer.Packet(number, (FrameType.Ping, []))));

        Assert.Equal(ReliableArrival.Replayed, scene.Inject(other, peer.Packet(1, (FrameType.Ping, []))));
        Assert.Equal(ReliableArrival.Handled, scene.Inject(other, peer.Packet(197, (FrameType.Ping, []))));
        Assert.Equal(1, other.Path.Counters.Replayed);
    }

    [Fact]
    public void Whoever_has_another_secret_neither_resets_nor_stops_nor_closes()
    {
        var scene = new Scene(1);
        (Side one, Side other) = scene.Connect();
        Conversation conversation = one.Send(1000, finishes: false);
        Assert.True(scene.RunUntil(() => other.TotalReceived == 1000, Limit));
        using var stranger = new Forger(isInitiator: true, "another secret of sixteen");

        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, stranger.Packet(900, (FrameType.Reset, [0, 7, 1000]))));
        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, stranger.Packet(901, (FrameType.Stop, [0, 7]))));
        Assert.Equal(ReliableArrival.Forged, scene.Inject(other, stranger.Packet(902, (FrameType.Close, [7]))));

        Assert.Equal(3, other.Path.Counters.Forged);
        Assert.False(other.Path.IsClosed);
        conversation.Finish();
        Assert.True(scene.RunUntil(() => other.Ended.Contains(0), Limit));
    }

    [Fact]
    public void Packets_of_an_earlier_session_are_dropped()
    {
        var earlier = new List<byte[]>();
        var before = new Scene(1) { Tamper = (from, datagram) => Keep(earlier, from, datagram) };
        (Side sender, Side receiver) = before.Connect(options => options.Secret = "the secret of another session"u8.ToArray());
        sender.Send(100_000);
        Assert.True(before.RunUntil(() => receiver.Ended.Count == 1, Limit));

        var scene = new Scene(2);
        (Side one, Side other) = scene.Connect();
        one.Send(100_000);
        foreach (byte[] datagram in earlier) Assert.Equal(ReliableArrival.Forged, scene.Inject(other, datagram));

        Assert.Equal(earlier.Count, other.Path.Counters.Forged);
        Assert.True(scene.RunUntil(() => other.Ended.Count == 1, Limit));

        static byte[] Keep(List<byte[]> kept, Side from, byte[] datagram)
        {
            if (from.Direction == 0) kept.Add(datagram);
            return datagram;
        }
    }

    /// <summary>A byte in each block of every window: it holds what it is to, takes what is next of each conversation all the same, and gives everything back.</summary>
    [Fact]
    public void A_peer_with_the_key_cannot_make_it_hold_more_than_it_is_to()
    {
        const int Conversations = 128, Block = 16 * 1024, Window = 8 * 1024 * 1024;
        var scene = new Scene(1);
        (_, Side other) = scene.Connect();
        using var peer = new Forger(isInitiator: true);
        long number = 0;
        for (int id = 0; id < 2 * Conversations; id += 2)
        {
            for (long offset = Block; offset < Window; offset += Block) scene.Inject(other, peer.Packet(number++, (FrameType.Data, [id, offset, 1])));
        }

        Assert.Equal(ReliableLimits.MaxUnreadBlocks, other.Path.Unread.Held);
        Assert.True(other.Path.Counters.Refused > 0);
        for (int id = 0; id < 2 * Conversations; id += 2)
            Assert.Equal(ReliableArrival.Handled, scene.Inject(other, peer.Packet(number++, (FrameType.Data, [id, 0, 1000]))));

        Assert.True(other.Path.Unread.Held <= ReliableLimits.MaxUnreadBlocks + (2 * Conversations));
        scene.Inject(other, peer.Packet(number, (FrameType.Close, [7])));
        other.Path.Dispose();
        Assert.Equal(0, other.Path.Unread.Held);
    }

    /// <summary>What has come can be read after the other side has closed the path, and asking for more does no harm.</summary>
    [Fact]
    public void A_close_before_what_has_come_was_read_leaves_that_and_no_more()
    {
        var scene = new Scene(1);
        (_, Side other) = scene.Connect();
        using var peer = new Forger(isInitiator: true);

        scene.Inject(other, peer.Packet(0, (FrameType.Data, [0, 0, 1000]), (FrameType.Close, [7])));

        Assert.True(other.Path.TryTakeEvent(out ReliableEvent happened));
        Assert.Equal(1000, happened.Conversation!.Read(new byte[2000]));
        Assert.Equal(0, happened.Conversation.ReadableLength);
        Assert.Equal(0, happened.Conversation.Write(new byte[100]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("C0")]
    [InlineData("C00000000000000000")]
    [InlineData("0001000021")]
    [InlineData("16FEFD")]
    [InlineData("8000")]
    [InlineData("40000004")]
    public void What_is_of_other_protocols_is_told_apart(string hex)
    {
        (Side one, _) = new Scene(1).Connect();

        Assert.Equal(ReliableArrival.NotSegment, one.Path.OnDatagram(Convert.FromHexString(hex), Primitives.MonotonicTime.Zero));
    }

    private static (Scene Scene, Side Other, byte[] Packet) CatchPacket()
    {
        var scene = new Scene(1);
        byte[]? caught = null;
        (Side one, Side other) = scene.Connect();
        scene.Tamper = (_, datagram) =>
        {
            caught ??= datagram;
            return null;
        };
        one.Send(100);
        scene.RunUntil(() => caught is not null, Limit);
        return (scene, other, caught!);
    }
}
