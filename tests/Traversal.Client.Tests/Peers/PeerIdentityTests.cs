using System.Security.Cryptography;
using Traversal.Client.Identity;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Peers;

/// <summary>Who is let in, and what each side is told where somebody is not.</summary>
public sealed class PeerIdentityTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Another_key_than_the_one_that_was_asked_for_is_a_hard_stop_on_both_sides()
    {
        using var expected = PeerIdentity.Create();
        await using var pair = new PeerPair(alice: options => options with { Peer = expected.Id });

        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();

        Assert.Equal(PeerStatus.WrongPeer, alice.Status);
        Assert.Equal(PeerStatus.HandshakeFailed, bob.Status);
    }

    [Fact]
    public async Task The_side_that_is_called_names_who_called_instead_and_the_caller_hears_that_it_is_refused()
    {
        using var expected = PeerIdentity.Create();
        await using var pair = new PeerPair(bob: options => options with { Peer = expected.Id });

        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();

        Assert.Equal((PeerStatus.WrongPeer, pair.AliceIdentity.Id), (bob.Status, bob.Remote!.Id));
        Assert.Equal(PeerStatus.RefusedByPeer, alice.Status);
    }

    [Fact]
    public async Task Whoever_accepts_anybody_decides_by_who_it_is()
    {
        RemotePeer? asked = null;
        await using var pair = new PeerPair(bob: options => options with
        {
            Peer = null,
            Accept = (remote, _) =>
            {
                asked = remote;
                return new(true);
            },
        });

        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();

        Assert.True(alice.IsConnected && bob.IsConnected, $"{alice} {bob}");
        Assert.Equal(pair.AliceIdentity.Id, asked?.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_is_not_accepted_is_told_and_so_it_is_where_the_decision_fails(bool fails)
    {
        await using var pair = new PeerPair(bob: options => options with
        {
            Accept = (_, _) => fails ? throw new InvalidTimeZoneException("the application's own") : new(false),
        });

        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();

        Assert.Equal((PeerStatus.RefusedByPeer, PeerStatus.NotAccepted), (alice.Status, bob.Status));
        Assert.Equal(fails, bob.Exception is InvalidTimeZoneException);
    }

    [Fact]
    public async Task Nothing_in_common_to_speak_is_told_on_both_sides()
    {
        await using var pair = new PeerPair(options => options with { Protocols = ["chess"] }, options => options with { Protocols = ["draughts"] });
        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();
        Assert.Equal((PeerStatus.ProtocolMismatch, PeerStatus.ProtocolMismatch), (alice.Status, bob.Status));
    }

    [Fact]
    public async Task A_device_speaks_for_its_account()
    {
        using var account = PeerIdentity.Create();
        await using PeerPair pair = await new PeerPair(bobIdentity: PeerIdentity.CreateDevice(account, Now.AddDays(30))).ConnectAsync();

        Assert.Equal((account.Id, pair.BobIdentity.Id), (pair.Alice.Remote.Account, pair.Alice.Remote.Id));
        Assert.NotEqual(pair.Alice.Remote.Account, pair.Alice.Remote.Id);
    }

    [Fact]
    public async Task A_device_whose_time_is_over_speaks_for_nobody_but_a_friend_who_knows_its_key_still_reaches_it()
    {
        using var account = PeerIdentity.Create();
        await using var stranger = new PeerPair(bobIdentity: DeviceOf(account, Now.AddDays(-20), Now.AddDays(-1)));
        (PeerOutcome alice, PeerOutcome bob) = await stranger.TryConnectAsync();
        Assert.Equal((PeerStatus.CertificateRejected, PeerChainVerdict.Expired), (alice.Status, alice.Verdict));
        Assert.Equal(PeerStatus.RefusedByPeer, bob.Status);

        PeerIdentity device = DeviceOf(account, Now.AddDays(-20), Now.AddDays(-1));
        await using PeerPair friend = await new PeerPair(bobIdentity: device, alice: options => options with { Peer = device.Id }).ConnectAsync();
        Assert.Equal(device.Id, friend.Alice.Remote.Account);
    }

    [Fact]
    public async Task Clocks_that_are_hours_apart_cut_nobody_off()
    {
        // Made by a clock that is ahead, and past its end by another's: a peer that is known by its key is its key.
        foreach ((int from, int until) in ((int, int)[])[(5, 500), (-500, -5)])
        {
            await using PeerPair pair = await new PeerPair(bobIdentity: SelfSigned(ECDsa.Create(ECCurve.NamedCurves.nistP256), Now.AddHours(from), Now.AddHours(until))).ConnectAsync();
            Assert.Equal(pair.BobIdentity.Id, pair.Alice.Remote.Id);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_of_the_same_key_is_the_same_peer()
    {
        using PeerIdentity before = PeerIdentity.Create();
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(before.ExportPrivateKey(), out _);
        await using PeerPair pair = await new PeerPair(bobIdentity: SelfSigned(key, Now.AddDays(-1), Now.AddDays(90)), alice: options => options with { Peer = before.Id }).ConnectAsync();
        Assert.NotEqual(before.Certificate.Encoded.ToArray(), pair.Alice.Remote.Chain[0].Encoded.ToArray());
    }

    [Fact]
    public async Task A_certificate_that_a_device_has_issued_is_worth_nothing()
    {
        using var account = PeerIdentity.Create();
        using PeerIdentity device = PeerIdentity.CreateDevice(account, Now.AddDays(30));
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var terms = new CertificateTerms { NotBefore = Now.AddDays(-1), NotAfter = Now.AddDays(10) };
        PeerCertificate issued = CertificateIssuer.Issue(device, key.ExportSubjectPublicKeyInfo(), terms, RandomSource.System);

        // It names the device as its issuer, so that whoever asks for the account stops at the first look.
        await AssertRefusedAsync(new PeerIdentity(key, [issued, .. device.Chain]), account.Id, PeerStatus.WrongPeer, default);

        // Where anybody may come, the whole chain is judged.
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issued = CertificateIssuer.Issue(device, key.ExportSubjectPublicKeyInfo(), terms, RandomSource.System);
        await AssertRefusedAsync(new PeerIdentity(key, [issued, .. device.Chain]), null, PeerStatus.CertificateRejected, PeerChainVerdict.MayNotIssue);
    }

    [Fact]
    public async Task A_certificate_that_says_it_is_of_an_account_which_has_not_signed_it_is_worth_nothing()
    {
        using PeerIdentity account = PeerIdentity.Create(), forger = PeerIdentity.Create();
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var terms = new CertificateTerms { NotBefore = Now.AddDays(-1), NotAfter = Now.AddDays(10) };
        PeerCertificate forged = CertificateIssuer.Issue(new ForgingSigner(account, forger), key.ExportSubjectPublicKeyInfo(), terms, RandomSource.System);
        await AssertRefusedAsync(new PeerIdentity(key, [forged, account.Certificate]), account.Id, PeerStatus.CertificateRejected, PeerChainVerdict.NotSigned);
    }

    private static async Task AssertRefusedAsync(PeerIdentity bob, PeerId? wanted, PeerStatus status, PeerChainVerdict verdict)
    {
        await using var pair = new PeerPair(bobIdentity: bob, alice: options => options with { Peer = wanted, Accept = wanted is null ? (_, _) => new(true) : null });
        (PeerOutcome alice, PeerOutcome other) = await pair.TryConnectAsync();
        Assert.Equal((status, verdict), (alice.Status, alice.Verdict));
        Assert.False(other.IsConnected);
    }

    private static PeerIdentity SelfSigned(ECDsa key, DateTimeOffset from, DateTimeOffset until)
    {
        var terms = new CertificateTerms { NotBefore = from, NotAfter = until, MayIssue = true };
        return new PeerIdentity(key, [CertificateIssuer.SelfSign(new KeySigner(key), terms, RandomSource.System)]);
    }

    private static PeerIdentity DeviceOf(PeerIdentity account, DateTimeOffset from, DateTimeOffset until)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var terms = new CertificateTerms { NotBefore = from, NotAfter = until };
        return new PeerIdentity(key, [CertificateIssuer.Issue(account, key.ExportSubjectPublicKeyInfo(), terms, RandomSource.System), .. account.Chain]);
    }

    private sealed class KeySigner(ECDsa key) : IPeerSigner
    {
        public ReadOnlyMemory<byte> PublicKey { get; } = key.ExportSubjectPublicKeyInfo();

        public byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Says that it is one peer, and signs with another's key.</summary>
    private sealed class ForgingSigner(PeerIdentity victim, PeerIdentity forger) : IPeerSigner
    {
        public ReadOnlyMemory<byte> PublicKey => victim.PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> data) => forger.Sign(data);
    }
}
