namespace Traversal.Peer.Identity;

/// <summary>Whoever has a private key of ECDSA over P-256, and signs with it.</summary>
public interface IPeerSigner
{
    /// <summary>The public key as DER SubjectPublicKeyInfo.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs <paramref name="data"/> with SHA-256.</summary>
    /// <returns>The signature as DER (RFC 3279 section 2.2.3).</returns>
    byte[] Sign(ReadOnlySpan<byte> data);
}
