using System.Formats.Asn1;

namespace Traversal.Peer.Identity;

/// <summary>The extensions of a certificate (RFC 5280 section 4.2).</summary>
internal static class PeerExtensions
{
    /// <summary>More than peers write, and few enough to look through.</summary>
    private const int MaxExtensions = 16;

    private const int UriName = 6;
    private const int KeyCertSign = 5;

    /// <summary>The URI by which a certificate names its subject.</summary>
    public static string UriOf(PeerId id) => $"p2p:{id}";

    /// <summary>Reads them all.</summary>
    public static PeerCertificateStatus Read(AsnReader extensions, ref PeerCertificateFields fields)
    {
        var seen = new List<string>();
        bool isNamed = false, maySign = false;
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string type = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            var value = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER);
            extension.ThrowIfNotEmpty();
            if (seen.Count == MaxExtensions || seen.Contains(type)) return PeerCertificateStatus.UnsupportedExtension;

            seen.Add(type);
            switch (type)
            {
                case ObjectIdentifiers.BasicConstraints:
                    if (!TryReadConstraints(value, ref fields)) return PeerCertificateStatus.Malformed;
                    break;
                case ObjectIdentifiers.KeyUsage:
                    maySign = ReadMaySign(value);
                    break;
                case ObjectIdentifiers.SubjectAlternativeName:
                    isNamed = ReadIsNamed(value, fields.Subject);
                    break;
                case ObjectIdentifiers.SubjectKeyIdentifier or ObjectIdentifiers.AuthorityKeyIdentifier or ObjectIdentifiers.ExtendedKeyUsage:
                    break;
                default:
                    if (isCritical) return PeerCertificateStatus.UnsupportedExtension;
                    break;
            }
        }

        // RFC 5280 section 4.2.1.3: who may issue has a key that may sign certificates.
        fields.MayIssue &= maySign;
        return isNamed ? PeerCertificateStatus.Ok : PeerCertificateStatus.WrongName;
    }

    /// <summary>RFC 5280 section 4.2.1.9.</summary>
    private static bool TryReadConstraints(AsnReader value, ref PeerCertificateFields fields)
    {
        AsnReader constraints = value.ReadSequence();
        value.ThrowIfNotEmpty();
        fields.MayIssue = constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
        if (!constraints.HasData) return true;

        if (!constraints.TryReadInt32(out int length) || length < 0) return false;
        fields.PathLength = length;
        constraints.ThrowIfNotEmpty();
        return true;
    }

    private static bool ReadMaySign(AsnReader value)
    {
        byte[] usage = value.ReadBitString(out _);
        return usage.Length > 0 && (usage[0] & (0x80 >> KeyCertSign)) != 0;
    }

    private static bool ReadIsNamed(AsnReader value, PeerId subject)
    {
        AsnReader names = value.ReadSequence();
        value.ThrowIfNotEmpty();
        var uri = new Asn1Tag(TagClass.ContextSpecific, UriName);
        while (names.HasData)
        {
            if (!names.PeekTag().HasSameClassAndValue(uri)) names.ReadEncodedValue();
            else if (names.ReadCharacterString(UniversalTagNumber.IA5String, uri) == UriOf(subject)) return true;
        }

        return false;
    }
}
