using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>
/// Reads a STUN message a second time, byte by byte from the text of RFC 8489 and with nothing of the codec but its names, so that the two can
/// be held against each other.
/// </summary>
internal ref struct NaiveReader
{
    private const int HeaderLength = 20;

    private readonly ReadOnlySpan<byte> _message;
    private int _next = HeaderLength;
    private bool _afterIntegrity, _afterSha256;

    public NaiveReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Where the current attribute begins.</summary>
    public int Offset { get; private set; }

    /// <summary>The current attribute.</summary>
    public StunAttributeType Type { get; private set; }

    /// <summary>Its value without padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether it is one that a reader must not ignore for where it stands (RFC 8489 sections 14.5 to 14.7).</summary>
    public bool Counts { get; private set; }

    /// <summary>Whether its padding is zero, as a writer's is (RFC 8489 section 14).</summary>
    public bool IsZeroPadded { get; private set; }

    /// <summary>Whether it stands in front of every attribute that protects the message.</summary>
    public bool IsProtected =>
        Counts && Type is not (StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint);

    /// <summary>Goes to the next attribute of a message that is well formed.</summary>
    public bool Next()
    {
        if (_next == _message.Length) return false;

        Offset = _next;
        Type = (StunAttributeType)Word(_message, Offset);
        int length = Word(_message, Offset + 2);
        Value = _message.Slice(Offset + 4, length);
        _next = Offset + 4 + length;
        IsZeroPadded = true;
        while (_next % 4 != 0) IsZeroPadded &= _message[_next++] == 0;

        Counts = Type switch
        {
            StunAttributeType.Fingerprint => true,
            StunAttributeType.MessageIntegritySha256 => !_afterSha256,
            _ => !_afterIntegrity && !_afterSha256,
        };
        _afterIntegrity |= Counts && Type == StunAttributeType.MessageIntegrity;
        _afterSha256 |= Counts && Type == StunAttributeType.MessageIntegritySha256;
        return true;
    }

    /// <summary>Whether the header and the lengths of the attributes fit the bytes.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> bytes, bool classic)
    {
        if (bytes.Length < HeaderLength || bytes[0] >> 6 != 0) return false;
        if (!classic && (Word(bytes, 4) != 0x2112 || Word(bytes, 6) != 0xA442)) return false;
        if (Word(bytes, 2) != bytes.Length - HeaderLength || bytes.Length % 4 != 0) return false;

        int position = HeaderLength;
        while (position < bytes.Length)
        {
            position += 4 + Word(bytes, position + 2);
            while (position % 4 != 0) position++;
        }

        return position == bytes.Length;
    }

    /// <summary>Two bytes in network order.</summary>
    public static int Word(ReadOnlySpan<byte> bytes, int offset) => bytes[offset] * 256 + bytes[offset + 1];
}
