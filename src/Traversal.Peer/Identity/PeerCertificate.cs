namespace Traversal.Peer.Identity;

/// <summary>
/// An X.509 v3 certificate (RFC 5280) as peers make them: of a P-256 key, named by the hash of that key, signed by a peer that is named in the same way.
/// Immutable.
/// </summary>
/// <remarks>
/// To parse one says nothing about its signature or its dates: that is what <see cref="PeerChain"/> is for. Subject and issuer are <c>CN=</c> and the text
/// of their <see cref="PeerId"/>, and the subject alternative name is the URI <c>p2p:</c> with the subject's.
/// </remarks>
public sealed class PeerCertificate
{
    /// <summary>The most bytes that one may have.</summary>
    public const int MaxLength = 4096;

    private readonly byte[] _encoded;
    private readonly ReadOnlyMemory<byte> _signedPart;
    private readonly ReadOnlyMemory<byte> _signature;

    /// <summary>Whose key it is about.</summary>
    public PeerId Subject { get; }

    /// <summary>Who it says has signed it: the subject, where it is a peer's own.</summary>
    public PeerId Issuer { get; }

    /// <summary>The subject's key as DER SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>From when it is good.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Until when it is good, this moment included.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Whether the subject may sign certificates itself (RFC 5280 section 4.2.1.9).</summary>
    public bool MayIssue { get; }

    /// <summary>How many certificates that may issue may stand between it and the last one; null is without a bound.</summary>
    public int? PathLength { get; }

    /// <summary>Whether its subject and its issuer are one.</summary>
    public bool IsSelfIssued => Subject == Issuer;

    /// <summary>All of it as DER.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Reads one.</summary>
    /// <param name="encoded">The bytes, which are copied.</param>
    /// <param name="certificate">The certificate; null where the status is not <see cref="PeerCertificateStatus.Ok"/>.</param>
    public static PeerCertificateStatus TryParse(ReadOnlySpan<byte> encoded, out PeerCertificate? certificate)
    {
        certificate = null;
        if (encoded.Length > MaxLength) return PeerCertificateStatus.TooLong;

        PeerCertificateStatus status = PeerCertificateReader.Read(encoded.ToArray(), out PeerCertificateFields fields);
        if (status == PeerCertificateStatus.Ok) certificate = new PeerCertificate(in fields);
        return status;
    }

    /// <summary>Whether the key <paramref name="subjectPublicKeyInfo"/> has signed it.</summary>
    internal bool IsSignedBy(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        PeerKey.Verify(subjectPublicKeyInfo, _signedPart.Span, _signature.Span);

    private PeerCertificate(in PeerCertificateFields fields)
    {
        _encoded = fields.Encoded;
        _signedPart = fields.SignedPart;
        _signature = fields.Signature;
        Subject = fields.Subject;
        Issuer = fields.Issuer;
        PublicKey = fields.PublicKey;
        NotBefore = fields.NotBefore;
        NotAfter = fields.NotAfter;
        MayIssue = fields.MayIssue;
        PathLength = fields.PathLength;
    }
}
