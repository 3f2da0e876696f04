using System.Buffers.Binary;

namespace Traversal.Peer.Wire;

/// <summary>Reads what a <see cref="FrameWriter"/> writes; false where the bytes end too early.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether there is more.</summary>
    public readonly bool HasMore => !_rest.IsEmpty;

    /// <summary>How many bytes are left.</summary>
    public readonly int RestLength => _rest.Length;

    /// <summary>Reads a byte, such as the kind of a frame, where <see cref="HasMore"/>.</summary>
    public byte ReadByte()
    {
        byte first = _rest[0];
        _rest = _rest[1..];
        return first;
    }

    /// <summary>Reads a number.</summary>
    public bool TryRead(out long number)
    {
        number = 0;
        if (_rest.IsEmpty) return false;

        int length = 1 << (_rest[0] >> 6);
        if (_rest.Length < length) return false;

        number = length switch
        {
            1 => _rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(_rest) & 0x3FFF,
            4 => BinaryPrimitives.ReadUInt32BigEndian(_rest) & 0x3FFF_FFFF,
            _ => (long)(BinaryPrimitives.ReadUInt64BigEndian(_rest) & FrameWriter.MaxNumber),
        };
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Reads bytes.</summary>
    public bool TryRead(long length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length > _rest.Length) return false;

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
