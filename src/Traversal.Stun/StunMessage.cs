using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>
/// A STUN message (RFC 8489) as a view over the bytes it came in. <see cref="TryParse"/> validates once; everything else only slices.
/// </summary>
/// <remarks>
/// The view, its attributes and every span taken from them live exactly as long as those bytes stay unchanged. Nothing here allocates, and
/// nothing throws on hostile input. The default value is a Binding request without content.
/// </remarks>
public readonly ref partial struct StunMessage
{
    /// <summary>The length of the fixed header in bytes (RFC 8489 section 5).</summary>
    public const int HeaderLength = 20;

    /// <summary>The length of the type and length in front of an attribute's value, in bytes (RFC 8489 section 14).</summary>
    public const int AttributeHeaderLength = 4;

    /// <summary>The constant in bytes 4 to 7 of every message since RFC 5389.</summary>
    public const uint MagicCookie = 0x2112A442;

    private readonly ReadOnlySpan<byte> _bytes;

    // Where the attributes that count end: at the first integrity attribute, at FINGERPRINT, or at the end of the message.
    private readonly int _end;

    // Where these attributes start; 0 where there is none.
    private readonly int _integrity;
    private readonly int _integritySha256;
    private readonly int _fingerprint;

    private StunMessage(ReadOnlySpan<byte> bytes, int end, int integrity, int integritySha256, int fingerprint)
    {
        _bytes = bytes;
        _end = end;
        _integrity = integrity;
        _integritySha256 = integritySha256;
        _fingerprint = fingerprint;
    }

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>What the message is to its exchange.</summary>
    public StunClass Class => (StunClass)(Type >> 4 & 1 | Type >> 7 & 2);

    /// <summary>What the message is about; it may be a method that this library has no name for.</summary>
    public StunMethod Method => (StunMethod)(Type & 0x000F | Type >> 1 & 0x0070 | Type >> 2 & 0x0F80);

    /// <summary>The id that an answer shares with its request. Of a classic message these are the last 12 bytes of its 16.</summary>
    public TransactionId TransactionId => _bytes.Length < HeaderLength ? default : TransactionId.Read(_bytes[8..]);

    /// <summary>Whether this is a message of RFC 3489, which has no magic cookie.</summary>
    public bool IsClassic => _bytes.Length >= HeaderLength && BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]) != MagicCookie;

    private int Type => _bytes.Length < HeaderLength ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>
    /// Whether the bytes may be a STUN message, by their first eight: cheap, for a socket that carries other protocols too.
    /// </summary>
    public static bool LooksLikeStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && datagram[0] < 0x40 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == MagicCookie;
}
