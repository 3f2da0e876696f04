namespace Traversal.Stun;

/// <summary>
/// The security features that a server announces in front of its nonce, as 24 bits of which bit 0 is the topmost (RFC 8489 sections 9.2 and
/// 18.1).
/// </summary>
[Flags]
public enum StunSecurityFeatures : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Bit 0: PASSWORD-ALGORITHMS is offered, and an answer without it was tampered with.</summary>
    PasswordAlgorithms = 1u << 23,

    /// <summary>Bit 1: the server takes USERHASH in the place of USERNAME.</summary>
    UsernameAnonymity = 1u << 22,
}
