using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Traversal.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>Whether FINGERPRINT is there.</summary>
    public bool HasFingerprint => _fingerprint != 0;

    /// <summary>Whether MESSAGE-INTEGRITY is there and counts.</summary>
    public bool HasIntegrity => _integrity != 0;

    /// <summary>Whether MESSAGE-INTEGRITY-SHA256 is there and counts.</summary>
    public bool HasIntegritySha256 => _integritySha256 != 0;

    /// <summary>
    /// How many bytes MESSAGE-INTEGRITY covers; 0 where there is none, or it is one of RFC 3489, which computed it in another way.
    /// </summary>
    internal int IntegrityOffset => IsClassic ? 0 : _integrity;

    /// <summary>Whether FINGERPRINT is there and right (RFC 8489 section 14.7).</summary>
    public bool IsFingerprintValid() =>
        _fingerprint != 0 &&
        BinaryPrimitives.ReadUInt32BigEndian(_bytes[(_fingerprint + AttributeHeaderLength)..]) == Fingerprint.Of(_bytes[.._fingerprint]);

    /// <summary>
    /// Whether MESSAGE-INTEGRITY is there and was made with this key (RFC 8489 section 14.5). The comparison takes the same time wherever
    /// the first difference is. Always false for a classic message: RFC 3489 computed it in another way.
    /// </summary>
    [SkipLocalsInit]
    public bool VerifyIntegrity(IntegrityKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_integrity == 0 || IsClassic) return false;

        Span<byte> expected = stackalloc byte[StunLimits.IntegrityBytes];
        key.ComputeSha1(_bytes[.._integrity]).Write(expected);
        return ConstantTime.Equals20(expected, _bytes.Slice(_integrity + AttributeHeaderLength, StunLimits.IntegrityBytes));
    }

    /// <summary>
    /// Whether MESSAGE-INTEGRITY-SHA256 is there, was made with this key, and was truncated to no less than <paramref
    /// name="minimumLength"/> bytes (RFC 8489 section 14.6). The comparison takes the same time wherever the first difference is.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="minimumLength">32 unless the usage explicitly allows truncation; at least 16.</param>
    [SkipLocalsInit]
    public bool VerifyIntegritySha256(IntegrityKey key, int minimumLength = StunLimits.IntegritySha256Bytes)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_integritySha256 == 0 || IsClassic) return false;

        ReadOnlySpan<byte> value = ValueAt(_integritySha256);
        if (value.Length < minimumLength) return false;

        Span<byte> expected = stackalloc byte[StunLimits.IntegritySha256Bytes];
        key.ComputeSha256(_bytes[.._integritySha256], value.Length).Write(expected);
        return ConstantTime.Equals(expected[..value.Length], value);
    }
}
