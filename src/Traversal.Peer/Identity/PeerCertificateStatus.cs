namespace Traversal.Peer.Identity;

/// <summary>Why bytes are not a peer's certificate.</summary>
public enum PeerCertificateStatus : byte
{
    /// <summary>They are one.</summary>
    Ok = 0,

    /// <summary>They are more than <see cref="PeerCertificate.MaxLength"/>.</summary>
    TooLong,

    /// <summary>They are not the DER of an X.509 v3 certificate (RFC 5280).</summary>
    Malformed,

    /// <summary>The key is not one of ECDSA over P-256 with an uncompressed point.</summary>
    UnsupportedKey,

    /// <summary>The signature is not ECDSA with SHA-256.</summary>
    UnsupportedSignature,

    /// <summary>It has a critical extension that is not understood, or one twice (RFC 5280 section 4.2).</summary>
    UnsupportedExtension,

    /// <summary>It names its subject or its issuer in another way than peers do, or its subject by another key than it has.</summary>
    WrongName,
}
