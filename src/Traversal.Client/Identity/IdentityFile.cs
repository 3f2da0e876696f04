using System.Security.Cryptography;
using System.Text.Json;
using Traversal.Peer.Identity;

namespace Traversal.Client.Identity;

/// <summary>What stands in the file of an identity.</summary>
internal sealed record IdentityFile
{
    public const int CurrentVersion = 1;

    /// <summary>More than any identity takes.</summary>
    public const int MaxLength = 64 * 1024;

    public required int Version { get; init; }

    public required string FriendlyName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>DER, each signed by the one after it.</summary>
    public required byte[][] Certificates { get; init; }

    /// <summary>PKCS#8.</summary>
    public required byte[] PrivateKey { get; init; }

    public static IdentityFile Of(PeerIdentity identity, string friendlyName, DateTimeOffset createdAt) => new()
    {
        Version = CurrentVersion,
        FriendlyName = friendlyName,
        CreatedAt = createdAt,
        Certificates = [.. identity.Chain.Select(certificate => certificate.Encoded.ToArray())],
        PrivateKey = identity.ExportPrivateKey(),
    };

    /// <summary>Reads a file; null where it is not one.</summary>
    public static IdentityFile? TryParse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            IdentityFile? file = JsonSerializer.Deserialize(bytes, IdentityJson.Default.IdentityFile);
            bool isUsable = file is { Version: CurrentVersion, Certificates.Length: > 0, PrivateKey.Length: > 0 }
                && Peer.Identity.FriendlyName.IsWellFormed(file.FriendlyName) && file.Certificates.All(certificate => certificate is not null);
            return isUsable ? file : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, IdentityJson.Default.IdentityFile);

    /// <summary>The identity, key and all; the caller disposes of it.</summary>
    public IdentityResult<PeerIdentity> ToIdentity()
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(PrivateKey, out _);
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return IdentityStatus.Malformed;
        }

        return PeerIdentityParts.Join(key, [.. ParseCertificates()]);
    }

    public IEnumerable<PeerCertificate> ParseCertificates()
    {
        foreach (byte[] encoded in Certificates)
        {
            if (PeerCertificate.TryParse(encoded, out PeerCertificate? certificate) == PeerCertificateStatus.Ok) yield return certificate!;
        }
    }
}
