using System.Buffers.Binary;

namespace Traversal.Peer.Wire;

/// <summary>Writes frames into the caller's bytes.</summary>
internal ref struct FrameWriter(Span<byte> destination)
{
    /// <summary>The largest number that there is: what two bits less than 64 hold (RFC 9000 section 16).</summary>
    public const long MaxNumber = (1L << 62) - 1;

    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>How many bytes there is room for.</summary>
    public readonly int Room => _destination.Length - Length;

    /// <summary>How many bytes a number takes (RFC 9000 section 16).</summary>
    public static int LengthOf(long number) => number switch
    {
        < 1L << 6 => 1,
        < 1L << 14 => 2,
        < 1L << 30 => 4,
        _ => 8,
    };

    /// <summary>Writes a byte, such as the kind of a frame.</summary>
    public void WriteByte(byte value) => _destination[Length++] = value;

    /// <summary>Writes a number, from 0 to <see cref="MaxNumber"/>.</summary>
    public void Write(long number)
    {
        Span<byte> room = _destination[Length..];
        int length = LengthOf(number);
        switch (length)
        {
            case 1:
                room[0] = (byte)number;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)(number | 0x4000));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(room, (uint)number | 0x8000_0000);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(room, (ulong)number | 0xC000_0000_0000_0000);
                break;
        }

        Length += length;
    }

    /// <summary>Gives room for bytes, which count as written.</summary>
    public Span<byte> Take(int length)
    {
        Span<byte> taken = _destination.Slice(Length, length);
        Length += length;
        return taken;
    }
}
