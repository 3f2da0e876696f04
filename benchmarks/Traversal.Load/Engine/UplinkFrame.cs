using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Load.Engine;

/// <summary>
/// What stands in front of a payload from client to server. It is made once for a client; a packet then copies it and fixes the lengths.
/// </summary>
internal static class UplinkFrame
{
    /// <summary>The channel that every client binds: the first (RFC 8656 section 12).</summary>
    public const ushort Channel = 0x4000;

    /// <summary>The longest header: a Send indication to an IPv6 peer.</summary>
    public const int MaxHeaderLength = 64;

    private const int ChannelHeaderLength = 4;
    private const int LengthOffset = 2;

    public static byte[] CreateHeader(DataPath path, in TransportAddress peer, RandomSource random)
    {
        if (path == DataPath.Channel)
        {
            byte[] header = new byte[ChannelHeaderLength];
            BinaryPrimitives.WriteUInt16BigEndian(header, Channel);
            return header;
        }

        Span<byte> message = stackalloc byte[MaxHeaderLength];
        var writer = new StunMessageWriter(message, StunClass.Indication, StunMethod.Send, TransactionId.Create(random));
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, peer);
        writer.AddEmpty(StunAttributeType.Data);
        return message[..writer.Finish()].ToArray();
    }

    /// <summary>Writes header and padding around a payload of <paramref name="payloadLength"/> bytes that stands, or will stand, behind the header.</summary>
    /// <returns>The length of the frame.</returns>
    public static int Write(Span<byte> frame, ReadOnlySpan<byte> header, int payloadLength, bool isStream)
    {
        header.CopyTo(frame);
        int padding = -payloadLength & 3;
        int end = header.Length + payloadLength;
        if (header.Length == ChannelHeaderLength)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[LengthOffset..], (ushort)payloadLength);
            // Padding is for streams alone (RFC 8656 section 12.5).
            if (!isStream) return end;
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[LengthOffset..], (ushort)(end + padding - StunMessage.HeaderLength));
            BinaryPrimitives.WriteUInt16BigEndian(frame[(header.Length - sizeof(ushort))..], (ushort)payloadLength);
        }

        frame.Slice(end, padding).Clear();
        return end + padding;
    }
}
