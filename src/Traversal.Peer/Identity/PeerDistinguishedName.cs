using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Traversal.Peer.Identity;

/// <summary>How a certificate names a peer: by one common name, the text of its id.</summary>
internal static class PeerDistinguishedName
{
    /// <summary>The name of <paramref name="id"/>.</summary>
    public static X500DistinguishedName Of(PeerId id)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(id.ToString());
        return name.Build();
    }

    /// <summary>Reads a name; false, and the name passed over, where it is not a peer's.</summary>
    public static bool TryRead(AsnReader reader, out PeerId id)
    {
        id = default;
        AsnReader name = reader.ReadSequence();
        if (!name.HasData) return false;

        AsnReader relativeName = name.ReadSetOf();
        AsnReader attribute = relativeName.ReadSequence();
        bool isCommonName = attribute.ReadObjectIdentifier() == ObjectIdentifiers.CommonName;
        if (!isCommonName || name.HasData || relativeName.HasData || !attribute.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UTF8String)))
            return false;

        // One text for each peer, so that equal names are equal bytes (RFC 5280 section 7.1).
        string text = attribute.ReadCharacterString(UniversalTagNumber.UTF8String);
        attribute.ThrowIfNotEmpty();
        return PeerId.TryParse(text, out id) && text == id.ToString();
    }
}
