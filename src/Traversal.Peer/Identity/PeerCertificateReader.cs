using System.Formats.Asn1;

namespace Traversal.Peer.Identity;

/// <summary>Reads the DER of a certificate, and takes only what peers write.</summary>
internal static class PeerCertificateReader
{
    private const int Version3 = 2;
    private const int MaxSerialLength = 20;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>Reads <paramref name="encoded"/>, into which the fields then point.</summary>
    public static PeerCertificateStatus Read(byte[] encoded, out PeerCertificateFields fields)
    {
        fields = new PeerCertificateFields { Encoded = encoded };
        try
        {
            return ReadCertificate(ref fields);
        }
        catch (AsnContentException)
        {
            return PeerCertificateStatus.Malformed;
        }
    }

    private static PeerCertificateStatus ReadCertificate(ref PeerCertificateFields fields)
    {
        var outside = new AsnReader(fields.Encoded, AsnEncodingRules.DER);
        AsnReader certificate = outside.ReadSequence();
        outside.ThrowIfNotEmpty();
        fields.SignedPart = certificate.PeekEncodedValue();
        AsnReader signed = certificate.ReadSequence();
        bool isSignatureKnown = ReadAlgorithm(certificate);
        if (!certificate.TryReadPrimitiveBitString(out int unusedBits, out fields.Signature) || unusedBits != 0) return PeerCertificateStatus.Malformed;
        certificate.ThrowIfNotEmpty();

        PeerCertificateStatus status = ReadSignedPart(signed, ref fields);
        return status == PeerCertificateStatus.Ok && !isSignatureKnown ? PeerCertificateStatus.UnsupportedSignature : status;
    }

    /// <summary>RFC 5280 section 4.1.2, field by field.</summary>
    private static PeerCertificateStatus ReadSignedPart(AsnReader signed, ref PeerCertificateFields fields)
    {
        AsnReader version = signed.ReadSequence(VersionTag);
        if (!version.TryReadInt32(out int number) || number != Version3) return PeerCertificateStatus.Malformed;
        if (signed.ReadIntegerBytes().Length > MaxSerialLength) return PeerCertificateStatus.Malformed;
        if (!ReadAlgorithm(signed)) return PeerCertificateStatus.UnsupportedSignature;

        bool isIssuerNamed = PeerDistinguishedName.TryRead(signed, out fields.Issuer);
        AsnReader validity = signed.ReadSequence();
        fields.NotBefore = ReadTime(validity);
        fields.NotAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        bool isSubjectNamed = PeerDistinguishedName.TryRead(signed, out fields.Subject);

        fields.PublicKey = signed.PeekEncodedValue();
        if (!PeerKey.HasForm(fields.PublicKey.Span)) return PeerCertificateStatus.UnsupportedKey;
        signed.ReadSequence();
        if (!isIssuerNamed || !isSubjectNamed || fields.Subject != PeerId.Of(fields.PublicKey.Span)) return PeerCertificateStatus.WrongName;

        AsnReader extensions = signed.ReadSequence(ExtensionsTag);
        signed.ThrowIfNotEmpty();
        PeerCertificateStatus status = PeerExtensions.Read(extensions.ReadSequence(), ref fields);
        extensions.ThrowIfNotEmpty();
        return status;
    }

    /// <summary>Whether the algorithm is ECDSA with SHA-256, which has no parameters (RFC 5758 section 3.2).</summary>
    private static bool ReadAlgorithm(AsnReader reader)
    {
        AsnReader algorithm = reader.ReadSequence();
        return algorithm.ReadObjectIdentifier() == ObjectIdentifiers.EcdsaWithSha256 && !algorithm.HasData;
    }

    // RFC 5280 section 4.1.2.5: a two-digit year up to 2049.
    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime)
            ? reader.ReadUtcTime(twoDigitYearMax: 2049)
            : reader.ReadGeneralizedTime();
}
