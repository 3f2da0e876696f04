namespace Traversal.Stun;

/// <summary>What <see cref="StunMessage.TryParse"/> made of the bytes. Every way to be malformed has a name, to be counted by.</summary>
public enum StunParseStatus : byte
{
    /// <summary>A well-formed message.</summary>
    Ok = 0,

    /// <summary>Shorter than a header, or than its header says.</summary>
    Truncated,

    /// <summary>The two top bits are not zero: no STUN message (RFC 8489 section 5).</summary>
    NotStun,

    /// <summary>
    /// The magic cookie is not there: another protocol, or a client of RFC 3489 (see <see cref="StunMessage.TryParseClassic"/>).
    /// </summary>
    NoMagicCookie,

    /// <summary>The length in the header is not a multiple of four.</summary>
    LengthNotAligned,

    /// <summary>Bytes follow the message.</summary>
    TrailingBytes,

    /// <summary>An attribute, or its padding, reaches past the end of the message.</summary>
    AttributeOverrun,

    /// <summary>An attribute follows FINGERPRINT (RFC 8489 section 14.7).</summary>
    AttributeAfterFingerprint,

    /// <summary>FINGERPRINT is not 4 bytes long.</summary>
    BadFingerprintLength,

    /// <summary>MESSAGE-INTEGRITY is not 20 bytes long.</summary>
    BadIntegrityLength,

    /// <summary>MESSAGE-INTEGRITY-SHA256 is not 16 to 32 bytes in steps of four (RFC 8489 section 14.6).</summary>
    BadIntegritySha256Length,

    /// <summary>USERNAME is empty.</summary>
    EmptyUsername,

    /// <summary>USERNAME is over <see cref="StunLimits.MaxTextBytes"/> long.</summary>
    UsernameTooLong,

    /// <summary>REALM is over <see cref="StunLimits.MaxTextBytes"/> long.</summary>
    RealmTooLong,

    /// <summary>NONCE is over <see cref="StunLimits.MaxTextBytes"/> long.</summary>
    NonceTooLong,

    /// <summary>SOFTWARE is over <see cref="StunLimits.MaxTextBytes"/> long.</summary>
    SoftwareTooLong,

    /// <summary>
    /// ERROR-CODE is shorter than its four fixed bytes, or its reason is over <see cref="StunLimits.MaxTextBytes"/> long.
    /// </summary>
    BadErrorCodeLength,

    /// <summary>USERHASH is not 32 bytes long.</summary>
    BadUserhashLength,

    /// <summary>ALTERNATE-DOMAIN is over <see cref="StunLimits.MaxDomainBytes"/> long.</summary>
    DomainTooLong,

    /// <summary>The entries of PASSWORD-ALGORITHM or PASSWORD-ALGORITHMS do not add up, padding included.</summary>
    BadPasswordAlgorithms,
}
