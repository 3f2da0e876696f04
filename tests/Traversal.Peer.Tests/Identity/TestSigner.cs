using System.Security.Cryptography;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Identity;

/// <summary>A peer with a key in memory, which issues what it is told to.</summary>
internal sealed class TestSigner : IPeerSigner
{
    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RandomSource _random = RandomSource.Seeded(1);

    public TestSigner() => PublicKey = _key.ExportSubjectPublicKeyInfo();

    public ReadOnlyMemory<byte> PublicKey { get; }

    public PeerId Id => PeerId.Of(PublicKey.Span);

    public static CertificateTerms Terms(int firstDay = 0, int lastDay = 365, bool mayIssue = false, int? pathLength = null) => new()
    {
        NotBefore = Epoch.AddDays(firstDay), NotAfter = Epoch.AddDays(lastDay), MayIssue = mayIssue, PathLength = pathLength,
    };

    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public PeerCertificate SelfSign(int firstDay = 0, int lastDay = 365, bool mayIssue = true, int? pathLength = null) =>
        CertificateIssuer.SelfSign(this, Terms(firstDay, lastDay, mayIssue, pathLength), _random);

    public PeerCertificate Issue(TestSigner subject, int firstDay = 0, int lastDay = 365, bool mayIssue = false, int? pathLength = null) =>
        CertificateIssuer.Issue(this, subject.PublicKey, Terms(firstDay, lastDay, mayIssue, pathLength), _random);
}
