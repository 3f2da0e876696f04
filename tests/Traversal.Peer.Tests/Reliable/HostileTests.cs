using Traversal.Peer.Reliable;

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
        Assert.Empty(seen);
        Assert.Throws<InvalidOperationException>(() => one.Path.Rekey("a secret that is sent inside TLS"u8));
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
