using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Primitives;

namespace Traversal.Peer.Identity;

/// <summary>Makes certificates: every peer is its own authority, and may vouch for the keys of others.</summary>
public static class CertificateIssuer
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // 127 bits, so that the number is positive (RFC 5280 section 4.1.2.2).
    private const int SerialLength = 16;

    /// <summary>RFC 7093 section 2 (4): the leftmost 160 bits suffice to tell keys apart.</summary>
    private const int KeyIdentifierLength = 20;

    /// <summary>A peer's certificate of itself.</summary>
    /// <param name="signer">The peer.</param>
    /// <param name="terms">What it grants.</param>
    /// <param name="random">Draws the serial number.</param>
    /// <exception cref="ArgumentException">The terms contradict each other, or the signer's key is not of P-256.</exception>
    public static PeerCertificate SelfSign(IPeerSigner signer, CertificateTerms terms, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Issue(signer, signer.PublicKey, terms, random);
    }

    /// <summary>A certificate by which one peer speaks for the key of another, such as a person for a device.</summary>
    /// <param name="issuer">Who signs.</param>
    /// <param name="subjectPublicKeyInfo">The key that it is about, as DER.</param>
    /// <param name="terms">What it grants.</param>
    /// <param name="random">Draws the serial number.</param>
    /// <exception cref="ArgumentException">The terms contradict each other, or a key is not of P-256.</exception>
    public static PeerCertificate Issue(IPeerSigner issuer, ReadOnlyMemory<byte> subjectPublicKeyInfo, CertificateTerms terms, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(random);
        if (!PeerKey.HasForm(issuer.PublicKey.Span)) throw new ArgumentException("Its key is not of P-256.", nameof(issuer));
        if (!PeerKey.HasForm(subjectPublicKeyInfo.Span)) throw new ArgumentException("Not a key of P-256.", nameof(subjectPublicKeyInfo));
        if (terms.NotAfter < terms.NotBefore) throw new ArgumentException("They end before they begin.", nameof(terms));
        if (terms.PathLength is < 0 || (terms.PathLength is not null && !terms.MayIssue)) throw new ArgumentException("No such path length.", nameof(terms));

        PeerId issuerId = PeerId.Of(issuer.PublicKey.Span), subject = PeerId.Of(subjectPublicKeyInfo.Span);
        var request = new CertificateRequest(
            PeerDistinguishedName.Of(subject), PublicKey.CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _), HashAlgorithmName.SHA256);
        AddExtensions(request, issuerId, subject, terms);

        Span<byte> serial = stackalloc byte[SerialLength];
        random.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x7F) | 1); // Neither negative nor shorter.
        using X509Certificate2 certificate =
            request.Create(PeerDistinguishedName.Of(issuerId), new SignatureGenerator(issuer), terms.NotBefore, terms.NotAfter, serial);
        return PeerCertificate.TryParse(certificate.RawData, out PeerCertificate? made) == PeerCertificateStatus.Ok
            ? made!
            : throw new ArgumentException("It does not sign as a peer does.", nameof(issuer));
    }

    private static void AddExtensions(CertificateRequest request, PeerId issuer, PeerId subject, CertificateTerms terms)
    {
        Span<byte> identifier = stackalloc byte[PeerId.Length];
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(terms.MayIssue, terms.PathLength is not null, terms.PathLength ?? 0, critical: true));
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature | (terms.MayIssue ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.None);
        extensions.Add(new X509KeyUsageExtension(usage, critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(PeerExtensions.UriOf(subject)));
        extensions.Add(names.Build());
        subject.WriteTo(identifier);
        extensions.Add(new X509SubjectKeyIdentifierExtension(identifier[..KeyIdentifierLength], critical: false));
        issuer.WriteTo(identifier);
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier[..KeyIdentifierLength]));
    }

    /// <summary>Lets the framework write a certificate that somebody else signs.</summary>
    private sealed class SignatureGenerator(IPeerSigner signer) : X509SignatureGenerator
    {
        // SEQUENCE { OBJECT IDENTIFIER 1.2.840.10045.4.3.2 } (RFC 5758 section 3.2).
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => signer.Sign(data);

        protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(signer.PublicKey.Span, out _);
    }
}
