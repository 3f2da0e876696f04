using Traversal.Stun;

namespace Traversal.Turn.Tests.Server;

public sealed class PasswordAlgorithmTests
{
    private static readonly byte[] Sha256 = [0, 2, 0, 0], Md5 = [0, 1, 0, 0];

    private readonly TestRelay _relay = new();
    private readonly ModernClient _client;

    public PasswordAlgorithmTests()
    {
        _client = new ModernClient(_relay);
        _client.Learn();
    }

    // RFC8489-9.2.4-6, RFC8489-9.2.4-23, RFC8489-9.1.3-10
    [Fact]
    public void A_client_that_knows_SHA_256_is_offered_it_first_and_gets_answers_signed_with_it()
    {
        Assert.Equal([.. Sha256, .. Md5], _client.Offered!);
        Sent sent = _client.Allocate();
        Assert.True(sent.IsSuccess);
        _client.AssertSigned(sent);
        _client.AssertSigned(_client.Request(StunMethod.Refresh));
        Sent refusal = _client.Request(StunMethod.CreatePermission);
        Assert.Equal(400, refusal.Code);
        _client.AssertSigned(refusal);
    }

    // RFC8489-9.2.4-23
    [Fact]
    public void The_MD5_key_chosen_from_the_list_is_answered_with_SHA_256_integrity_too()
    {
        (_client.Algorithm, _client.Chosen) = (PasswordAlgorithm.Md5, Md5);
        Sent sent = _client.Allocate();
        Assert.True(sent.IsSuccess);
        _client.AssertSigned(sent);
    }

    // RFC8489-9.2.4-24, RFC8489-9.1.3-11
    [Fact]
    public void A_classic_client_on_the_same_port_is_answered_with_SHA_1()
    {
        Assert.True(_client.Allocate().IsSuccess);
        var classic = new TestClient(_relay);
        Sent sent = classic.Allocate();
        Assert.True(sent.IsSuccess);
        classic.AssertSigned(sent);
        Assert.False(sent.Message.HasIntegritySha256);
        Assert.False(sent.Message.Has(StunAttributeType.Realm) || sent.Message.Has(StunAttributeType.Nonce));
    }

    // RFC8489-9.2.4-11
    [Fact]
    public void A_list_that_somebody_changed_on_the_way_is_400()
    {
        byte[] offered = _client.Offered!;
        foreach ((byte[]? list, byte[]? choice) in ((byte[]?, byte[]?)[])
            [(Md5, Md5), ([.. Md5, .. Sha256], Sha256), (offered, null), (null, Sha256), (offered, [0, 9, 0, 0]), ([], Sha256)])
        {
            (_client.Offered, _client.Chosen) = (list, choice);
            Assert.Equal(400, _client.Allocate().Code);
        }

        Assert.Equal(0, _relay.Machine.AllocationCount);
        (_client.Offered, _client.Chosen) = (offered, Sha256);
        Assert.True(_client.Allocate().IsSuccess);
    }

    [Fact]
    public void Hiding_the_offer_in_the_cookie_of_the_nonce_makes_the_nonce_stale()
    {
        var classic = new TestClient(_relay);
        byte[] nonce = classic.Bare(StunMethod.Refresh).Nonce;
        NonceCookie.Write(StunSecurityFeatures.None, nonce);
        classic.Nonce = nonce;
        Assert.Equal(438, classic.Refresh().Code);
    }

    // RFC8489-14.6-1
    [Fact]
    public void A_truncated_SHA_256_code_is_401()
    {
        foreach (int length in (int[])[16, 20, 28])
        {
            _client.Sha256Length = length;
            Assert.Equal(401, _client.Allocate().Code);
        }
    }

    // RFC8489-9.2.4-17
    [Fact]
    public void With_both_codes_the_SHA_256_one_counts()
    {
        _client.Integrity = StunIntegrity.Both;
        Assert.True(_client.Allocate().IsSuccess);
        Assert.Equal(401, new ModernClient(_relay, password: "wrong") { Integrity = StunIntegrity.Both }.LearnAnd(client => client.Allocate()).Code);
    }

    [Fact]
    public void A_SHA_256_code_under_the_classic_key_is_taken_and_answered_with_SHA_1()
    {
        (_client.Offered, _client.Chosen, _client.Algorithm) = (null, null, PasswordAlgorithm.Md5);
        Sent sent = _client.Allocate();
        Assert.True(sent.IsSuccess);
        Assert.True(sent.Message.VerifyIntegrity(_client.Key));
        Assert.False(sent.Message.HasIntegritySha256);
    }

    // RFC8489-9.2.4-21
    [Fact]
    public void A_stale_nonce_is_answered_with_the_list_and_a_nonce_that_works()
    {
        Assert.True(_client.Allocate().IsSuccess);
        _relay.Advance(599);
        Assert.True(_client.Request(StunMethod.Refresh).IsSuccess);
        _relay.Advance(2);
        Sent stale = _client.Request(StunMethod.Refresh);
        Assert.Equal(438, stale.Code);
        Assert.True(stale.Message.Has(StunAttributeType.PasswordAlgorithms));
        Assert.False(stale.Message.Has(StunAttributeType.Userhash));
        _client.Learn(stale);
        Assert.True(_client.Request(StunMethod.Refresh).IsSuccess);
    }

    [Fact]
    public void Where_it_is_not_offered_the_attributes_mean_nothing()
    {
        var relay = new TestRelay(options => options.OfferSha256 = false);
        var client = new ModernClient(relay);
        client.Learn();
        Assert.Null(client.Offered);
        Assert.Equal(StunSecurityFeatures.None, client.Features);
        (client.Offered, client.Chosen, client.Algorithm, client.Integrity) = (Sha256, Sha256, PasswordAlgorithm.Md5, StunIntegrity.Sha1);
        Sent sent = client.Allocate();
        Assert.True(sent.IsSuccess);
        Assert.True(sent.Message.VerifyIntegrity(client.Key));
    }

    [Fact]
    public void A_request_under_another_realm_is_401_and_told_the_right_one()
    {
        _client.Realm = "example.com";
        _client.Learn();
        Sent sent = _client.Allocate();
        Assert.Equal(401, sent.Code);
        Assert.True(sent.Message.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> realm));
        Assert.Equal("example.org"u8, realm);
        _client.Realm = TestRelay.Realm;
        _client.Learn(sent);
        Assert.True(_client.Allocate().IsSuccess);
    }
}
