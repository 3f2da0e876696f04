using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Identity;

public sealed class PeerCertificateTests
{
    private readonly TestSigner _peer = new();

    [Fact]
    public void A_certificate_says_what_its_terms_were()
    {
        PeerCertificate certificate = _peer.SelfSign(firstDay: 1, lastDay: 2, mayIssue: true, pathLength: 3);

        Assert.Equal(_peer.Id, certificate.Subject);
        Assert.Equal(_peer.Id, certificate.Issuer);
        Assert.True(certificate.IsSelfIssued);
        Assert.Equal(TestSigner.Epoch.AddDays(1), certificate.NotBefore);
        Assert.Equal(TestSigner.Epoch.AddDays(2), certificate.NotAfter);
        Assert.True(certificate.MayIssue);
        Assert.Equal(3, certificate.PathLength);
        Assert.Equal(_peer.PublicKey, certificate.PublicKey);
    }

    [Fact]
    public void A_certificate_for_another_peer_names_both()
    {
        var device = new TestSigner();

        PeerCertificate certificate = _peer.Issue(device);

        Assert.Equal(device.Id, certificate.Subject);
        Assert.Equal(_peer.Id, certificate.Issuer);
        Assert.False(certificate.MayIssue);
        Assert.Null(certificate.PathLength);
    }

    [Fact]
    public void The_framework_reads_the_same()
    {
        PeerCertificate certificate = _peer.SelfSign();

        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate.Encoded.Span);

        Assert.Equal($"CN={_peer.Id}", read.Subject);
        Assert.Equal(3, read.Version);
        Assert.Equal(certificate.PublicKey.ToArray(), read.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(certificate.NotAfter.UtcDateTime, read.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void One_without_an_end_is_read()
    {
        var terms = new CertificateTerms { NotBefore = TestSigner.Epoch, NotAfter = CertificateTerms.Endless };

        Assert.Equal(CertificateTerms.Endless, CertificateIssuer.SelfSign(_peer, terms, RandomSource.Seeded(1)).NotAfter);
    }

    [Fact]
    public void Wherever_a_byte_is_changed_it_is_refused_or_not_signed()
    {
        byte[] encoded = _peer.SelfSign().Encoded.ToArray();
        for (int index = 0; index < encoded.Length; index++)
        {
            byte[] changed = [.. encoded];
            changed[index] ^= 0x01;

            if (PeerCertificate.TryParse(changed, out PeerCertificate? certificate) != PeerCertificateStatus.Ok) continue;
            Assert.True(PeerChain.Judge([certificate!], certificate!.Subject, TestSigner.Epoch) == PeerChainVerdict.NotSigned, $"byte {index}");
        }
    }

    [Fact]
    public void Wherever_it_is_cut_off_it_is_refused()
    {
        byte[] encoded = _peer.SelfSign().Encoded.ToArray();
        for (int length = 0; length < encoded.Length; length++)
            Assert.Equal(PeerCertificateStatus.Malformed, PeerCertificate.TryParse(encoded.AsSpan(0, length), out _));
        Assert.Equal(PeerCertificateStatus.Malformed, PeerCertificate.TryParse([.. encoded, 0], out _));
    }

    [Fact]
    public void A_long_one_is_refused_unread() =>
        Assert.Equal(PeerCertificateStatus.TooLong, PeerCertificate.TryParse(new byte[PeerCertificate.MaxLength + 1], out _));

    [Fact]
    public void Another_kind_of_key_is_refused()
    {
        using var rsa = RSA.Create(2048);
        using X509Certificate2 certificate = Finish(new CertificateRequest(NameOf(_peer), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var big = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using X509Certificate2 other = Finish(new CertificateRequest(NameOf(_peer), big, HashAlgorithmName.SHA256));

        Assert.Equal(PeerCertificateStatus.UnsupportedSignature, PeerCertificate.TryParse(certificate.RawData, out _));
        Assert.Equal(PeerCertificateStatus.UnsupportedKey, PeerCertificate.TryParse(other.RawData, out _));
    }

    [Fact]
    public void A_name_that_is_not_the_keys_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PeerId id = PeerId.Of(key.ExportSubjectPublicKeyInfo());

        Assert.Equal(PeerCertificateStatus.WrongName, Parse(key, NameOf(_peer), $"p2p:{_peer.Id}"));
        Assert.Equal(PeerCertificateStatus.WrongName, Parse(key, $"CN={id}", $"p2p:{_peer.Id}"));
        Assert.Equal(PeerCertificateStatus.WrongName, Parse(key, $"CN={id}", uri: null));
        Assert.Equal(PeerCertificateStatus.WrongName, Parse(key, $"CN={id}, O=Somebody", $"p2p:{id}"));
        Assert.Equal(PeerCertificateStatus.WrongName, Parse(key, $"O={id}", $"p2p:{id}"));
    }

    [Fact]
    public void What_is_critical_and_not_understood_is_refused_and_what_is_not_critical_is_passed_over()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PeerId id = PeerId.Of(key.ExportSubjectPublicKeyInfo());

        Assert.Equal(PeerCertificateStatus.UnsupportedExtension, Parse(key, $"CN={id}", $"p2p:{id}", new X509Extension("1.2.3.4", [5, 0], critical: true)));
        Assert.Equal(PeerCertificateStatus.Ok, Parse(key, $"CN={id}", $"p2p:{id}", new X509Extension("1.2.3.4", [5, 0], critical: false)));
    }

    [Theory]
    [InlineData(0, -1, true, null)]
    [InlineData(0, 1, false, 0)]
    [InlineData(0, 1, true, -1)]
    public void Terms_that_contradict_each_other_are_misuse(int firstDay, int lastDay, bool mayIssue, int? pathLength) =>
        Assert.Throws<ArgumentException>(() => _peer.SelfSign(firstDay, lastDay, mayIssue, pathLength));

    private static string NameOf(TestSigner peer) => $"CN={peer.Id}";

    private static PeerCertificateStatus Parse(ECDsa key, string name, string? uri, X509Extension? extension = null)
    {
        var subject = new X500DistinguishedName(name, X500DistinguishedNameFlags.ForceUTF8Encoding);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (extension is not null) request.CertificateExtensions.Add(extension);
        using X509Certificate2 certificate = Finish(request, uri);
        return PeerCertificate.TryParse(certificate.RawData, out _);
    }

    private static X509Certificate2 Finish(CertificateRequest request, string? uri = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri ?? "https://example.org"));
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TestSigner.Epoch, TestSigner.Epoch.AddDays(1));
    }
}
