using System.Buffers;
using System.Buffers.Binary;
using Traversal.Stun;

namespace Traversal.Turn;

/// <summary>
/// Finds the messages in a byte stream, where STUN and ChannelData follow each other and tell their own lengths (RFC 8656 section 12.5). It keeps
/// no state: called again with more bytes, it begins at the frame's first byte.
/// </summary>
public static class TurnFrame
{
    /// <summary>The longest frame, padding included; a buffer of this size always holds the one at its start.</summary>
    public const int MaxLength = StunMessage.HeaderLength + ushort.MaxValue + 1;

    private const int CookieEnd = 8;

    /// <summary>Reads the frame at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What has come so far.</param>
    /// <param name="frameLength">The length of the message without a ChannelData's padding, as soon as its header has come; 0 until then.</param>
    /// <param name="consumed">The length with it: where the next frame begins; 0 where the frame is not whole.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/>; or <see cref="OperationStatus.InvalidData"/>, after which nothing
    /// on the stream can be trusted and the connection is to be closed.
    /// </returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> buffer, out int frameLength, out int consumed)
    {
        frameLength = consumed = 0;
        if (buffer.IsEmpty) return OperationStatus.NeedMoreData;

        return (buffer[0] >> 6) switch
        {
            0 => TryReadStun(buffer, ref frameLength, ref consumed),
            1 => TryReadChannelData(buffer, ref frameLength, ref consumed),
            _ => OperationStatus.InvalidData,
        };
    }

    private static OperationStatus TryReadStun(ReadOnlySpan<byte> buffer, ref int frameLength, ref int consumed)
    {
        if (buffer.Length < CookieEnd)
            return StartsLikeStun(buffer) ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;

        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]);
        if ((length & 3) != 0 || BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]) != StunMessage.MagicCookie) return OperationStatus.InvalidData;
        frameLength = StunMessage.HeaderLength + length;
        if (buffer.Length < frameLength) return OperationStatus.NeedMoreData;

        consumed = frameLength;
        return OperationStatus.Done;
    }

    // A stream of another protocol is refused at its first wrong byte, not after it has filled a buffer.
    private static bool StartsLikeStun(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length >= 4 && (buffer[3] & 3) != 0) return false;

        for (int i = 4; i < buffer.Length; i++)
        {
            if (buffer[i] != (byte)(StunMessage.MagicCookie >> (8 * (CookieEnd - 1 - i)))) return false;
        }

        return true;
    }

    // Reserved channel numbers are framed alike, so that their messages can be discarded (RFC 8656 section 12.6).
    private static OperationStatus TryReadChannelData(ReadOnlySpan<byte> buffer, ref int frameLength, ref int consumed)
    {
        if (buffer.Length < ChannelData.HeaderLength) return OperationStatus.NeedMoreData;

        int dataLength = BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]);
        frameLength = ChannelData.HeaderLength + dataLength;
        int streamLength = ChannelData.StreamLength(dataLength);
        if (buffer.Length < streamLength) return OperationStatus.NeedMoreData;

        consumed = streamLength;
        return OperationStatus.Done;
    }
}
