using System.Security.Cryptography;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>Certificates of peers to begin with.</summary>
internal static class CertificateSeeds
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All()
    {
        var person = new FixedSigner(1);
        return
        [
            Made("endless", person, new CertificateTerms { NotBefore = Start, NotAfter = CertificateTerms.Endless, MayIssue = true }),
            Made("path-length", person, new CertificateTerms { NotBefore = Start, NotAfter = Start.AddDays(1), MayIssue = true, PathLength = 3 }),
            new("device", CertificateIssuer.Issue(
                person, new FixedSigner(2).PublicKey, new CertificateTerms { NotBefore = Start, NotAfter = Start.AddDays(1) }, RandomSource.Seeded(1)).Encoded.ToArray()),
        ];
    }

    private static Seed Made(string name, IPeerSigner peer, CertificateTerms terms) =>
        new(name, CertificateIssuer.SelfSign(peer, terms, RandomSource.Seeded(1)).Encoded.ToArray());

    /// <summary>The same key and the same signature each time, so that the files are the same: the key is right, and the signature is nobody's.</summary>
    private sealed class FixedSigner : IPeerSigner
    {
        public FixedSigner(byte secret)
        {
            byte[] privateKey = new byte[32];
            privateKey[^1] = secret;
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
            PublicKey = key.ExportSubjectPublicKeyInfo();
        }

        public ReadOnlyMemory<byte> PublicKey { get; }

        public byte[] Sign(ReadOnlySpan<byte> data) => [0x30, 6, 2, 1, 1, 2, 1, 1];
    }
}
