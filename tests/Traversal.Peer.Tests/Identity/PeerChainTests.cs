using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Traversal.Peer.Identity;

namespace Traversal.Peer.Tests.Identity;

public sealed class PeerChainTests
{
    private static readonly DateTimeOffset Now = TestSigner.Epoch.AddDays(100);

    private readonly TestSigner _person = new(), _device = new(), _other = new();

    [Fact]
    public void A_peer_speaks_for_itself()
    {
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([_person.SelfSign()], _person.Id, Now));
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([_person.SelfSign(mayIssue: false)], _person.Id, Now));
    }

    [Fact]
    public void Another_key_is_a_hard_stop() =>
        Assert.Equal(PeerChainVerdict.WrongPeer, PeerChain.Judge([_other.SelfSign()], _person.Id, Now));

    [Fact]
    public void The_dates_of_a_peer_that_is_known_do_not_count()
    {
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([_person.SelfSign(0, 1)], _person.Id, Now));
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([_person.SelfSign(200, 300)], _person.Id, Now));
    }

    [Fact]
    public void A_certificate_that_was_made_anew_is_as_good() =>
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([_person.Issue(_device), _person.SelfSign(50, 60000)], _person.Id, Now));

    [Fact]
    public void A_device_speaks_for_its_person_while_its_certificate_is_good()
    {
        PeerCertificate[] chain = [_person.Issue(_device, 10, 20), _person.SelfSign()];

        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge(chain, _person.Id, TestSigner.Epoch.AddDays(10)));
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge(chain, _person.Id, TestSigner.Epoch.AddDays(20)));
        Assert.Equal(PeerChainVerdict.NotYetValid, PeerChain.Judge(chain, _person.Id, TestSigner.Epoch.AddDays(10).AddSeconds(-1)));
        Assert.Equal(PeerChainVerdict.Expired, PeerChain.Judge(chain, _person.Id, TestSigner.Epoch.AddDays(20).AddSeconds(1)));
        Assert.Equal(PeerChainVerdict.WrongPeer, PeerChain.Judge(chain, _device.Id, Now));
    }

    [Fact]
    public void A_member_that_may_not_issue_issues_nothing() =>
        Assert.Equal(PeerChainVerdict.MayNotIssue, PeerChain.Judge([_device.Issue(_other), _person.Issue(_device), _person.SelfSign()], _person.Id, Now));

    [Fact]
    public void A_path_is_as_long_as_its_issuer_allows()
    {
        PeerCertificate[] chain = [_other.Issue(new TestSigner()), _device.Issue(_other, mayIssue: true), _person.Issue(_device, mayIssue: true), _person.SelfSign()];
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge(chain, _person.Id, Now));

        chain[2] = _person.Issue(_device, mayIssue: true, pathLength: 0);
        Assert.Equal(PeerChainVerdict.PathTooLong, PeerChain.Judge(chain, _person.Id, Now));
        Assert.Equal(PeerChainVerdict.TooLong, PeerChain.Judge(chain, _person.Id, Now, maxLength: 3));
    }

    [Fact]
    public void A_certificate_does_not_outlive_the_one_that_it_is_signed_by()
    {
        Assert.Equal(PeerChainVerdict.OutlivesIssuer, Judge(_device.Issue(_other, 0, 366)));
        Assert.Equal(PeerChainVerdict.OutlivesIssuer, Judge(_device.Issue(_other, -1)));
        Assert.Equal(PeerChainVerdict.Trusted, Judge(_device.Issue(_other)));

        PeerChainVerdict Judge(PeerCertificate certificate) =>
            PeerChain.Judge([certificate, _person.Issue(_device, mayIssue: true), _person.SelfSign()], _person.Id, Now);
    }

    [Fact]
    public void A_circle_is_refused()
    {
        PeerCertificate[] chain = [_device.Issue(_person), _person.Issue(_device, mayIssue: true), _person.SelfSign()];

        Assert.Equal(PeerChainVerdict.RepeatedKey, PeerChain.Judge(chain, _person.Id, Now));
    }

    [Fact]
    public void What_is_not_signed_by_the_next_is_refused()
    {
        Assert.Equal(PeerChainVerdict.NotSigned, PeerChain.Judge([_other.Issue(_device), _person.SelfSign()], _person.Id, Now));
        Assert.Equal(PeerChainVerdict.NotSigned, PeerChain.Judge([_other.Issue(_person)], _person.Id, Now));
        Assert.Equal(PeerChainVerdict.Empty, PeerChain.Judge([], _person.Id, Now));
    }

    [Fact]
    public void A_name_that_is_taken_without_the_key_is_refused()
    {
        // Signed with another key than the one whose name stands in it.
        PeerCertificate forged = CertificateIssuer.Issue(new Impostor(_person, _other), _device.PublicKey, TestSigner.Terms(), Primitives.RandomSource.Seeded(1));

        Assert.Equal(_person.Id, forged.Issuer);
        Assert.Equal(PeerChainVerdict.NotSigned, PeerChain.Judge([forged, _person.SelfSign()], _person.Id, Now));
    }

    /// <summary>Whatever is trusted here, the framework's path validation with that one root trusts too.</summary>
    [Fact]
    public void The_framework_agrees_with_what_is_trusted()
    {
        TestSigner[] peers = [.. Enumerable.Range(0, 4).Select(_ => new TestSigner())];
        int trusted = 0;
        Gen<PeerCertificate[]> chains = Gen.Choose(0, 2).SelectMany(links => Gen.ArrayOf(Gen.Choose(0, 0x3FFF), links + 1)).Select(seeds => Chain(peers, seeds));

        Prop.ForAll(chains.ToArbitrary(), chain =>
        {
            if (PeerChain.Judge(chain, peers[0].Id, Now) != PeerChainVerdict.Trusted) return true;

            trusted++;
            return FrameworkTrusts(chain);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
        Assert.True(trusted > 20, $"{trusted} chains were trusted");
    }

    private static PeerCertificate[] Chain(TestSigner[] peers, int[] seeds)
    {
        var chain = new List<PeerCertificate> { peers[0].SelfSign(mayIssue: (seeds[0] & 3) != 0, pathLength: (seeds[0] & 3) > 1 ? (seeds[0] & 3) - 2 : null) };
        TestSigner issuer = peers[0];
        foreach (int seed in seeds.Skip(1))
        {
            TestSigner subject = peers[seed & 3], signer = (seed & 0x70) == 0 ? peers[(seed >> 2) & 3] : issuer;
            bool mayIssue = (seed & 0x180) != 0;
            chain.Insert(0, signer.Issue(subject, (seed & 0x600) == 0 ? 101 : 0, (seed & 0x1E00) == 0x600 ? 99 : 365, mayIssue, mayIssue && (seed & 0x2000) != 0 ? 0 : null));
            issuer = subject;
        }

        return [.. chain];
    }

    private static bool FrameworkTrusts(PeerCertificate[] certificates)
    {
        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(certificates[^1].Encoded.Span));
        foreach (PeerCertificate certificate in certificates.Skip(1)) policy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(certificate.Encoded.Span));
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = Now.UtcDateTime;
        return chain.Build(X509CertificateLoader.LoadCertificate(certificates[0].Encoded.Span)) && chain.ChainElements.Count == certificates.Length;
    }

    /// <summary>Says that it is one peer, and signs with the key of another.</summary>
    private sealed class Impostor(TestSigner claimed, TestSigner actual) : IPeerSigner
    {
        public ReadOnlyMemory<byte> PublicKey => claimed.PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> data) => actual.Sign(data);
    }
}
