using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>
/// Writes a message over the caller's bytes. Whatever does not fit makes the writer <see cref="Overflowed"/>, which sticks and makes
/// <see cref="Finish()"/> return 0: check once, at the end. Padding is written as zeros.
/// </summary>
/// <remarks>Pass it by <c>ref</c>: a copy does not know what the original wrote.</remarks>
public ref partial struct StunMessageWriter
{
    private readonly Span<byte> _destination;
    private readonly TransactionId _transactionId;
    private int _position;
    private bool _overflowed;

    /// <summary>Begins a message.</summary>
    /// <param name="destination">Where it is written, from the first byte.</param>
    /// <param name="messageClass">What it is to its exchange.</param>
    /// <param name="method">What it is about; the low 12 bits count.</param>
    /// <param name="transactionId">A new id for a request or indication, the request's for an answer.</param>
    public StunMessageWriter(Span<byte> destination, StunClass messageClass, StunMethod method, scoped in TransactionId transactionId)
        : this(destination, messageClass, method, StunMessage.MagicCookie, in transactionId)
    {
    }

    private StunMessageWriter(
        Span<byte> destination, StunClass messageClass, StunMethod method, uint cookie, scoped in TransactionId transactionId)
    {
        _destination = destination;
        _transactionId = transactionId;
        if (destination.Length < StunMessage.HeaderLength)
        {
            _overflowed = true;
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, TypeOf(messageClass, method));
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], cookie);
        transactionId.Write(destination[8..]);
        _position = StunMessage.HeaderLength;
    }

    /// <summary>
    /// Begins the answer to <paramref name="request"/>: its method and id, and for a classic request the first four bytes of its 16-byte id
    /// in the place of the cookie (RFC 8489 section 11).
    /// </summary>
    public static StunMessageWriter Answer(Span<byte> destination, StunClass messageClass, scoped in StunMessage request)
    {
        uint cookie = request.IsClassic ? BinaryPrimitives.ReadUInt32BigEndian(request.Bytes[4..]) : StunMessage.MagicCookie;
        TransactionId id = request.TransactionId;
        return new StunMessageWriter(destination, messageClass, request.Method, cookie, in id);
    }

    /// <summary>Whether something did not fit: into the destination, or into what RFC 8489 allows of its own attributes.</summary>
    public readonly bool Overflowed => _overflowed;

    /// <summary>The bytes written so far; 0 when <see cref="Overflowed"/>.</summary>
    public readonly int Length => _overflowed ? 0 : _position;

    /// <summary>Ends a message that carries neither integrity nor fingerprint.</summary>
    /// <returns>The length of the message in bytes; 0 when <see cref="Overflowed"/>.</returns>
    public int Finish()
    {
        if (_overflowed) return 0;
        WriteLength(_position);
        return _position;
    }

    /// <summary>Ends a message with what protects it, in the order that RFC 8489 demands.</summary>
    /// <param name="key">The key; may be null when <paramref name="integrity"/> is <see cref="StunIntegrity.None"/>.</param>
    /// <param name="integrity">The integrity attributes to write.</param>
    /// <param name="fingerprint">Whether to end with FINGERPRINT.</param>
    /// <param name="sha256Length">
    /// How many bytes of MESSAGE-INTEGRITY-SHA256 to write: 32 unless the usage allows truncation; 16 to 32 in steps of four.
    /// </param>
    /// <returns>The length of the message in bytes; 0 when <see cref="Overflowed"/>.</returns>
    /// <exception cref="ArgumentException">There is no key, or no such length.</exception>
    public int Finish(IntegrityKey? key, StunIntegrity integrity, bool fingerprint, int sha256Length = StunLimits.IntegritySha256Bytes)
    {
        if (integrity != StunIntegrity.None) ArgumentNullException.ThrowIfNull(key);
        if (!StunLimits.IsIntegritySha256Length(sha256Length))
            throw new ArgumentOutOfRangeException(nameof(sha256Length), sha256Length, "16 to 32 in steps of four.");

        if ((integrity & StunIntegrity.Sha1) != StunIntegrity.None) WriteIntegrity(key!);
        if ((integrity & StunIntegrity.Sha256) != StunIntegrity.None) WriteIntegritySha256(key!, sha256Length);
        if (fingerprint) WriteFingerprint();
        return Finish();
    }

    private void WriteIntegrity(IntegrityKey key)
    {
        int start = _position;
        if (!TryReserve(StunAttributeType.MessageIntegrity, StunLimits.IntegrityBytes, out Span<byte> value)) return;
        key.ComputeSha1(_destination[..start]).Write(value);
    }

    private void WriteIntegritySha256(IntegrityKey key, int length)
    {
        int start = _position;
        if (!TryReserve(StunAttributeType.MessageIntegritySha256, length, out Span<byte> value)) return;
        Span<byte> code = stackalloc byte[StunLimits.IntegritySha256Bytes];
        key.ComputeSha256(_destination[..start], length).Write(code);
        code[..length].CopyTo(value);
    }

    private void WriteFingerprint()
    {
        int start = _position;
        if (!TryReserve(StunAttributeType.Fingerprint, StunLimits.FingerprintBytes, out Span<byte> value)) return;
        WriteLength(_position);
        BinaryPrimitives.WriteUInt32BigEndian(value, Fingerprint.Of(_destination[..start]));
    }

    private readonly void WriteLength(int end) =>
        BinaryPrimitives.WriteUInt16BigEndian(_destination[2..], (ushort)(end - StunMessage.HeaderLength));

    // The class is spread over bits 4 and 8 of the type (RFC 8489 section 5).
    private static ushort TypeOf(StunClass messageClass, StunMethod method)
    {
        int m = (int)method, c = (int)messageClass;
        return (ushort)(m & 0x000F | (m & 0x0070) << 1 | (m & 0x0F80) << 2 | (c & 1) << 4 | (c & 2) << 7);
    }
}
