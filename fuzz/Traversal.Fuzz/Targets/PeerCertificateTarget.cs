using Traversal.Peer.Identity;

namespace Traversal.Fuzz;

/// <summary>A peer's certificate: what is read is named by its key, is read again as the same, and is judged without an exception.</summary>
internal sealed class PeerCertificateTarget : IFuzzTarget
{
    public static string Name => "peer-certificate";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        PeerCertificateStatus status = PeerCertificate.TryParse(input, out PeerCertificate? certificate);
        Invariant.Holds((certificate is null) == (status != PeerCertificateStatus.Ok), "A certificate is there where the status says so.");
        if (certificate is null) return;

        Invariant.Holds(input.Length <= PeerCertificate.MaxLength && certificate.Encoded.Span.SequenceEqual(input), "All of the bytes are the certificate.");
        Invariant.Holds(certificate.Subject == PeerId.Of(certificate.PublicKey.Span), "The subject is named by its key.");
        Invariant.Holds(!certificate.Issuer.IsNone && certificate.PathLength is null or >= 0, "The issuer is named, and no path is shorter than none.");

        PeerChainVerdict alone = PeerChain.Judge([certificate], certificate.Subject, certificate.NotBefore);
        Invariant.Holds(alone is PeerChainVerdict.Trusted or PeerChainVerdict.NotSigned, "A certificate alone is its subject's own or nobody's.");
        Invariant.Holds(alone != PeerChainVerdict.Trusted || certificate.IsSelfIssued, "Only its own key signs it.");
        PeerChainVerdict twice = PeerChain.Judge([certificate, certificate], certificate.Subject, certificate.NotBefore);
        Invariant.Holds(twice != PeerChainVerdict.Trusted, "No key stands in a chain twice.");
    }
}
