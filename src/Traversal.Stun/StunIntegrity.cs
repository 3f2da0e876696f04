namespace Traversal.Stun;

/// <summary>Which integrity attributes a message carries.</summary>
[Flags]
public enum StunIntegrity : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MESSAGE-INTEGRITY (RFC 8489 section 14.5).</summary>
    Sha1 = 1,

    /// <summary>MESSAGE-INTEGRITY-SHA256 (RFC 8489 section 14.6).</summary>
    Sha256 = 2,

    /// <summary>Both, as in a first request to someone whose abilities are not known (RFC 8489 section 9.1.2).</summary>
    Both = Sha1 | Sha256,
}
