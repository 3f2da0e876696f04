using System.Security.Cryptography;
using Traversal.Peer.Identity;

namespace Traversal.Client.Identity;

/// <summary>Puts an identity together from a key and certificates that were read, which have to fit.</summary>
internal static class PeerIdentityParts
{
    /// <summary>
    /// Orders the certificates from the key's own to one that signs itself, and takes the key over. Dates do not count: a person may want to look at, or renew,
    /// what has ended.
    /// </summary>
    public static IdentityResult<PeerIdentity> Join(ECDsa key, IReadOnlyList<PeerCertificate> certificates)
    {
        PeerId own;
        try
        {
            own = PeerId.Of(key.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException)
        {
            own = default;
        }

        List<PeerCertificate> chain = [];
        for (PeerId next = own; chain.Count < PeerChain.DefaultMaxLength;)
        {
            if (certificates.FirstOrDefault(certificate => certificate.Subject == next) is not { } certificate) break;

            chain.Add(certificate);
            if (certificate.IsSelfIssued) return JoinChain(key, chain);
            next = certificate.Issuer;
        }

        key.Dispose();
        return IdentityStatus.Malformed;
    }

    private static IdentityResult<PeerIdentity> JoinChain(ECDsa key, List<PeerCertificate> chain)
    {
        PeerCertificate[] certificates = [.. chain];
        if (PeerChain.Judge(certificates, certificates[^1].Subject, certificates[0].NotBefore) == PeerChainVerdict.Trusted)
            return new IdentityResult<PeerIdentity>(IdentityStatus.Ok, new PeerIdentity(key, certificates));

        key.Dispose();
        return IdentityStatus.Malformed;
    }
}
