namespace Traversal.Stun;

/// <summary>Lengths of the integrity attributes.</summary>
internal static class IntegrityAttributes
{
    /// <summary>Whether MESSAGE-INTEGRITY-SHA256 may have this length: 16 to 32 in steps of four (RFC 8489 section 14.6).</summary>
    public static bool IsSha256Length(int length) =>
        length is >= StunLimits.MinIntegritySha256Bytes and <= StunLimits.IntegritySha256Bytes && (length & 3) == 0;
}
