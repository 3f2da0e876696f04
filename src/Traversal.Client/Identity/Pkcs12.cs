using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Peer.Identity;

namespace Traversal.Client.Identity;

/// <summary>Identities as PKCS#12 (RFC 7292), to carry them from machine to machine under a password.</summary>
internal static class Pkcs12
{
    /// <summary>The most bytes of a file that is read.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>
    /// A fifth of a second of somebody's guessing for each password. Readers bound it: the framework by <see cref="Pkcs12LoaderLimits.Defaults"/>.
    /// </summary>
    private const int Iterations = 200_000;

    // ERROR_INVALID_PASSWORD as an HRESULT, on every system.
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <summary>Writes the key and its certificates.</summary>
    public static byte[] Write(PeerIdentity identity, string password)
    {
        var collection = new X509Certificate2Collection(identity.ToX509());
        foreach (PeerCertificate certificate in identity.Chain.Skip(1))
            collection.Add(X509CertificateLoader.LoadCertificate(certificate.Encoded.Span));

        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);
        byte[] bytes = collection.ExportPkcs12(encryption, password);
        foreach (X509Certificate2 certificate in collection) certificate.Dispose();
        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote, or another program with the same kinds of key and certificate.</summary>
    public static IdentityResult<PeerIdentity> Read(ReadOnlySpan<byte> bytes, string password)
    {
        if (bytes.Length > MaxLength) return IdentityStatus.Malformed;

        X509Certificate2Collection collection;
        try
        {
            collection = X509CertificateLoader.LoadPkcs12Collection(
                bytes, password, X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet, Pkcs12LoaderLimits.Defaults);
        }
        catch (CryptographicException problem)
        {
            return problem.HResult == InvalidPassword ? IdentityStatus.WrongPassword : IdentityStatus.Malformed;
        }

        try
        {
            return Read(collection);
        }
        finally
        {
            foreach (X509Certificate2 certificate in collection) certificate.Dispose();
        }
    }

    private static IdentityResult<PeerIdentity> Read(X509Certificate2Collection collection)
    {
        X509Certificate2[] withKey = [.. collection.Where(certificate => certificate.HasPrivateKey)];
        if (withKey.Length != 1 || withKey[0].GetECDsaPrivateKey() is not { } key) return IdentityStatus.Malformed;

        List<PeerCertificate> certificates = [];
        foreach (X509Certificate2 certificate in collection)
        {
            if (PeerCertificate.TryParse(certificate.RawData, out PeerCertificate? parsed) == PeerCertificateStatus.Ok) certificates.Add(parsed!);
        }

        return PeerIdentityParts.Join(key, certificates);
    }
}
