using System.Buffers;
using System.Buffers.Binary;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>Frames for tests: two bytes of length, then so many bytes, then padding to a multiple of four. A length of 0xFFFF is no frame.</summary>
internal sealed class LengthPrefixed : IFrameFormat
{
    public const int MaxPayload = 60_000;

    public int MaxFrameLength => Padded(2 + MaxPayload);

    public static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[Padded(2 + payload.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)payload.Length);
        payload.CopyTo(frame.AsSpan(2));
        return frame;
    }

    public OperationStatus TryReadFrame(ReadOnlySpan<byte> buffer, out int frameLength, out int consumed)
    {
        frameLength = consumed = 0;
        if (buffer.Length < 2) return OperationStatus.NeedMoreData;

        int payload = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        if (payload > MaxPayload) return OperationStatus.InvalidData;
        frameLength = 2 + payload;
        if (buffer.Length < Padded(frameLength)) return OperationStatus.NeedMoreData;

        consumed = Padded(frameLength);
        return OperationStatus.Done;
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
