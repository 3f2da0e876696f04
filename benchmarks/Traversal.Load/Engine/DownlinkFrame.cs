using System.Buffers.Binary;
using Traversal.Stun;

namespace Traversal.Load.Engine;

/// <summary>What a client receives: ChannelData, a Data indication, or the answer to a request.</summary>
internal static class DownlinkFrame
{
    private const int HeaderLength = 4;

    /// <summary>Whether the frame is STUN and not ChannelData (RFC 8656 section 12).</summary>
    public static bool IsStun(ReadOnlySpan<byte> frame) => frame.Length > 0 && frame[0] < 0x40;

    /// <summary>Finds the payload of ChannelData on our channel, or of a Data indication.</summary>
    public static bool TryReadPayload(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (frame.Length < HeaderLength) return false;

        if (IsStun(frame))
        {
            return StunMessage.TryParse(frame, out StunMessage message) == StunParseStatus.Ok
                && message is { Class: StunClass.Indication, Method: StunMethod.Data }
                && message.TryGet(StunAttributeType.Data, out payload);
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(frame) != UplinkFrame.Channel || length > frame.Length - HeaderLength) return false;

        payload = frame.Slice(HeaderLength, length);
        return true;
    }

    /// <summary>
    /// Finds the length of the frame at the start of a stream's bytes with its padding (RFC 8656 section 12.5); false when its header is not
    /// complete. The frame itself may be incomplete.
    /// </summary>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderLength) return false;

        int body = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        length = IsStun(bytes) ? StunMessage.HeaderLength + body : HeaderLength + (body + 3 & ~3);
        return true;
    }
}
