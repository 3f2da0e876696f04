namespace Traversal.Peer.Identity;

/// <summary>The names that ASN.1 has for what stands in certificates.</summary>
internal static class ObjectIdentifiers
{
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    public const string CommonName = "2.5.4.3";
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
}
