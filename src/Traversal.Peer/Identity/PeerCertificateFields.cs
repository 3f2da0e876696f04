namespace Traversal.Peer.Identity;

/// <summary>What stands in a certificate.</summary>
internal struct PeerCertificateFields
{
    public byte[] Encoded;
    public ReadOnlyMemory<byte> SignedPart;
    public ReadOnlyMemory<byte> Signature;
    public ReadOnlyMemory<byte> PublicKey;
    public PeerId Subject;
    public PeerId Issuer;
    public DateTimeOffset NotBefore;
    public DateTimeOffset NotAfter;
    public bool MayIssue;
    public int? PathLength;
}
