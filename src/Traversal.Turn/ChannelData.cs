using System.Buffers.Binary;

namespace Traversal.Turn;

/// <summary>The ChannelData message: four bytes of header in front of the data (RFC 8656 section 12.4).</summary>
public static class ChannelData
{
    /// <summary>The channel number and the length.</summary>
    public const int HeaderLength = 4;

    /// <summary>The most data that the length field can say.</summary>
    public const int MaxDataLength = ushort.MaxValue;

    /// <summary>Whether bytes that begin like this are ChannelData, reserved channel numbers included (RFC 8656 section 12, table 3).</summary>
    public static bool LooksLikeChannelData(ReadOnlySpan<byte> message) => !message.IsEmpty && message[0] >> 6 == 1;

    /// <summary>Reads a datagram or a frame. What follows the data is padding and ignored (RFC 8656 section 12.5).</summary>
    /// <param name="message">The message; the data begins at <see cref="HeaderLength"/>.</param>
    /// <param name="channel">The channel, which is valid.</param>
    /// <param name="dataLength">The length of the data in bytes; 0 is one.</param>
    /// <returns>False when the message is shorter than it says or the number is reserved.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out ChannelNumber channel, out int dataLength)
    {
        if (message.Length < HeaderLength)
        {
            channel = default;
            dataLength = 0;
            return false;
        }

        uint header = BinaryPrimitives.ReadUInt32BigEndian(message);
        channel = new ChannelNumber((ushort)(header >> 16));
        dataLength = (int)(header & 0xFFFF);
        return channel.IsClassic && dataLength <= message.Length - HeaderLength;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes, in front of the data.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="dataLength">The length of the data without padding, at most <see cref="MaxDataLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit the field, or the header the destination.</exception>
    public static void WriteHeader(Span<byte> destination, ChannelNumber channel, int dataLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)dataLength, (uint)MaxDataLength, nameof(dataLength));
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)channel.Value << 16 | (uint)dataLength);
    }

    /// <summary>The length of a message on a stream, where it is padded to a multiple of four (RFC 8656 section 12.5).</summary>
    public static int StreamLength(int dataLength) => HeaderLength + dataLength + 3 & ~3;
}
