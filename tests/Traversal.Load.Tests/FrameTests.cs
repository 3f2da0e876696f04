using FsCheck;
using FsCheck.Fluent;
using Traversal.Load.Engine;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Load.Tests;

public sealed class FrameTests
{
    private static readonly RandomSource Random = RandomSource.Seeded(1);

    [Fact]
    public void Channel_data_is_padded_on_streams_alone() => Prop.ForAll(Payloads(), payload =>
    {
        byte[] header = UplinkFrame.CreateHeader(DataPath.Channel, TransportAddress.Parse("192.0.2.1:7"), Random);
        byte[] datagram = Frame(header, payload, isStream: false);
        byte[] stream = Frame(header, payload, isStream: true);

        return datagram.Length == 4 + payload.Length && stream.Length % 4 == 0 && stream.AsSpan(0, datagram.Length).SequenceEqual(datagram)
            && DownlinkFrame.TryReadPayload(datagram, out ReadOnlySpan<byte> found) && found.SequenceEqual(payload)
            && DownlinkFrame.TryReadPayload(stream, out found) && found.SequenceEqual(payload)
            && DownlinkFrame.TryReadLength(stream, out int length) && length == stream.Length;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("192.0.2.1:7")]
    [InlineData("[2001:db8::1]:7")]
    public void A_send_indication_says_peer_and_data(string peer) => Prop.ForAll(Payloads(), payload =>
    {
        byte[] header = UplinkFrame.CreateHeader(DataPath.Indication, TransportAddress.Parse(peer), Random);
        byte[] frame = Frame(header, payload, isStream: false);

        return header.Length <= UplinkFrame.MaxHeaderLength
            && StunMessage.TryParse(frame, out StunMessage message) == StunParseStatus.Ok
            && message is { Class: StunClass.Indication, Method: StunMethod.Send }
            && message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress address) && address == TransportAddress.Parse(peer)
            && message.TryGet(StunAttributeType.Data, out ReadOnlySpan<byte> data) && data.SequenceEqual(payload)
            && DownlinkFrame.TryReadLength(frame, out int length) && length == frame.Length;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Data_of_another_channel_or_cut_short_is_no_payload()
    {
        byte[] header = UplinkFrame.CreateHeader(DataPath.Channel, TransportAddress.Parse("192.0.2.1:7"), Random);
        byte[] frame = Frame(header, new byte[20], isStream: false);
        Assert.False(DownlinkFrame.TryReadPayload(frame.AsSpan(0, 23), out _));
        Assert.False(DownlinkFrame.TryReadPayload(frame.AsSpan(0, 3), out _));
        frame[1] = 1;
        Assert.False(DownlinkFrame.TryReadPayload(frame, out _));
    }

    [Fact]
    public void A_stamp_reads_as_it_was_written()
    {
        var stamp = new PacketStamp(long.MaxValue - 1, PacketStamp.MaxFlows - 1, 200, uint.MaxValue);
        byte[] payload = new byte[PacketStamp.Length];
        stamp.Write(payload);
        Assert.Equal(stamp, PacketStamp.Read(payload));
    }

    private static byte[] Frame(byte[] header, byte[] payload, bool isStream)
    {
        byte[] frame = new byte[header.Length + payload.Length + 3];
        payload.CopyTo(frame, header.Length);
        return frame[..UplinkFrame.Write(frame, header, payload.Length, isStream)];
    }

    private static Arbitrary<byte[]> Payloads() => Gen.Choose(0, 1500).Select(length => RandomBytes(length)).ToArbitrary();

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        Random.Fill(bytes);
        return bytes;
    }
}
