using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Traversal.Stun;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests;

public sealed class TurnFrameTests
{
    private static readonly byte[][] Frames =
    [
        TestClient.Indication("9.9.9.9:9", [1, 2, 3]),
        TestClient.ChannelDataBytes(0x4000, []),
        TestClient.ChannelDataBytes(0x4FFF, [1]),
        TestClient.ChannelDataBytes(0x4001, [1, 2, 3, 4]),
        TestClient.ChannelDataBytes(0x7FFF, [1, 2, 3, 4, 5]),
        TestClient.Write(StunClass.Request, StunMethod.Binding, TestClient.NewId(), (ref _) => { }),
    ];

    [Fact]
    public void Frames_that_follow_each_other_are_found_in_every_segmentation()
    {
        byte[] stream = [.. Frames.SelectMany(Padded)];
        for (int segment = 1; segment <= stream.Length; segment++) Assert.Equal(Frames, Read(stream, segment));
    }

    [Fact]
    public void The_longest_frames_fit_the_stated_length()
    {
        byte[] data = Padded(TestClient.ChannelDataBytes(0x4000, new byte[65_535]));
        Assert.Equal(OperationStatus.Done, TurnFrame.TryRead(data, out int length, out int consumed));
        Assert.Equal((65_539, 65_540), (length, consumed));
        Assert.InRange(consumed, 0, TurnFrame.MaxLength);

        byte[] message = new byte[20 + 0xFFFC];
        byte[] header = [0, 1, 0xFF, 0xFC, 0x21, 0x12, 0xA4, 0x42];
        header.CopyTo(message, 0);
        Assert.Equal(OperationStatus.Done, TurnFrame.TryRead(message, out length, out consumed));
        Assert.InRange(consumed, length, TurnFrame.MaxLength);
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x16, 3, 1, 2 })] // a TLS record
    [InlineData(new byte[] { 0, 1, 0, 1 })]
    [InlineData(new byte[] { 0, 1, 0, 0, 0x20 })]
    [InlineData(new byte[] { 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x43 })]
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ', (byte)'/' }, true)]
    public void Other_protocols_are_refused_at_their_first_wrong_byte(byte[] bytes, bool looksLikeChannelData = false)
    {
        OperationStatus expected = looksLikeChannelData ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        Assert.Equal(expected, TurnFrame.TryRead(bytes, out int length, out int consumed));
        Assert.Equal((looksLikeChannelData ? 4 + 0x5420 : 0, 0), (length, consumed));
    }

    [Fact]
    public void Whatever_the_bytes_a_frame_stays_within_them() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            OperationStatus status = TurnFrame.TryRead(bytes, out int length, out int consumed);
            return status == OperationStatus.Done
                ? length > 0 && length <= consumed && consumed <= bytes.Length && consumed - length < 4
                : consumed == 0 && (length == 0 || (status == OperationStatus.NeedMoreData && length + 3 >= bytes.Length));
        }).QuickCheckThrowOnFailure();

    private static byte[] Padded(byte[] frame) => [.. frame, .. new byte[-frame.Length & 3]];

    private static List<byte[]> Read(byte[] stream, int segment)
    {
        List<byte[]> frames = [];
        int start = 0;
        for (int end = Math.Min(segment, stream.Length); ; end = Math.Min(end + segment, stream.Length))
        {
            while (TurnFrame.TryRead(stream.AsSpan(start..end), out int length, out int consumed) == OperationStatus.Done)
            {
                frames.Add(stream[start..(start + length)]);
                start += consumed;
            }

            if (end == stream.Length) return frames;
        }
    }
}
