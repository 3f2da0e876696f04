namespace Traversal.Stun;

/// <summary>How a long-term key is made from a password: the IANA STUN Password Algorithms registry (RFC 8489 section 18.5).</summary>
public enum PasswordAlgorithm : ushort
{
    /// <summary>No algorithm.</summary>
    None = 0,

    /// <summary>The 16 bytes of an MD5: what everybody has.</summary>
    Md5 = 1,

    /// <summary>The 32 bytes of a SHA-256.</summary>
    Sha256 = 2,
}
