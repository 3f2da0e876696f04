namespace Traversal.Stun;

/// <summary>The lengths that RFC 8489 sets, in bytes.</summary>
public static class StunLimits
{
    /// <summary>
    /// The longest USERNAME, REALM, NONCE, SOFTWARE or reason phrase that a reader takes: what RFC 5389 allowed (RFC 8489 sections 14.3 to
    /// 14.14).
    /// </summary>
    public const int MaxTextBytes = 763;

    /// <summary>The longest USERNAME that a writer takes: "fewer than 509 bytes" (RFC 8489 section 14.3).</summary>
    public const int MaxWrittenUsernameBytes = 508;

    /// <summary>The longest REALM, NONCE, SOFTWARE or reason phrase that a writer takes (RFC 8489 sections 14.8 to 14.14).</summary>
    public const int MaxWrittenTextBytes = 509;

    /// <summary>The longest ALTERNATE-DOMAIN (RFC 8489 section 14.16).</summary>
    public const int MaxDomainBytes = 255;

    /// <summary>USERHASH: a SHA-256 (RFC 8489 section 14.4).</summary>
    public const int UserhashBytes = 32;

    /// <summary>MESSAGE-INTEGRITY: an HMAC-SHA1 (RFC 8489 section 14.5).</summary>
    public const int IntegrityBytes = 20;

    /// <summary>MESSAGE-INTEGRITY-SHA256 in full: an HMAC-SHA256 (RFC 8489 section 14.6).</summary>
    public const int IntegritySha256Bytes = 32;

    /// <summary>MESSAGE-INTEGRITY-SHA256 at its shortest (RFC 8489 section 14.6).</summary>
    public const int MinIntegritySha256Bytes = 16;

    /// <summary>FINGERPRINT: a CRC-32 (RFC 8489 section 14.7).</summary>
    public const int FingerprintBytes = 4;

    /// <summary>Whether MESSAGE-INTEGRITY-SHA256 may have this length: 16 to 32 in steps of four (RFC 8489 section 14.6).</summary>
    internal static bool IsIntegritySha256Length(int length) =>
        length is >= MinIntegritySha256Bytes and <= IntegritySha256Bytes && (length & 3) == 0;
}
