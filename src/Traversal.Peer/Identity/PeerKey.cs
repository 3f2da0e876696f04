using System.Security.Cryptography;

namespace Traversal.Peer.Identity;

/// <summary>The one kind of key that peers have: ECDSA over P-256.</summary>
internal static class PeerKey
{
    /// <summary>The DER of a P-256 SubjectPublicKeyInfo up to the point, which is uncompressed (RFC 5480 section 2).</summary>
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>The length of a key as DER.</summary>
    public const int Length = 91;

    /// <summary>
    /// Whether it is a key of P-256 in the one form that is taken. A point has other forms too, and a key that hashes to two names would be two peers.
    /// </summary>
    public static bool HasForm(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        subjectPublicKeyInfo.Length == Length && subjectPublicKeyInfo.StartsWith(Prefix);

    /// <summary>Whether <paramref name="signature"/>, as DER, is that key's over <paramref name="data"/>. False too for a point that is not on the curve.</summary>
    public static bool Verify(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!HasForm(subjectPublicKeyInfo)) return false;

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
