using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.Tokens;

/// <summary>Who holds a token, and who only says so (RFC 7635 section 7).</summary>
public sealed class TokenAuthenticationTests
{
    private readonly TokenIssuer _issuer = new(), _next = new("key-22", keyLength: 16), _stranger = new("stranger");
    private readonly TestRelay _relay;

    public TokenAuthenticationTests() => _relay = new TestRelay(credentials: Credentials(_issuer.Key, _next.Key));

    [Fact]
    public void The_challenge_names_the_server_beside_the_realm()
    {
        var relay = new TestRelay(credentials: CredentialSnapshot.Create(TestRelay.Realm, tokenKeys: [_issuer.Key], serverName: "turn1"));
        foreach (Sent sent in (Sent[])[Challenge(relay), Stale(relay)])
        {
            Assert.True(sent.Code is 401 or 438);
            Assert.True(sent.Message.TryGet(StunAttributeType.ThirdPartyAuthorization, out ReadOnlySpan<byte> name));
            Assert.Equal("turn1"u8, name);
            Assert.True(sent.Message.Has(StunAttributeType.Realm) && sent.Nonce.Length > 0);
        }

        Assert.False(Challenge(new TestRelay()).Message.Has(StunAttributeType.ThirdPartyAuthorization));
    }

    [Fact]
    public void Tokens_of_every_key_get_an_allocation_and_answers_signed_with_the_session_key()
    {
        foreach ((TokenIssuer issuer, string address) in ((TokenIssuer, string)[])[(_issuer, "198.1.0.7:1"), (_next, "198.1.0.7:2")])
        {
            TestClient client = issuer.Issue(_relay.Clock.Utc).Client(_relay, address);
            client.AssertSigned(client.Allocate());
            client.AssertSigned(client.CreatePermission("9.9.9.9:1"));
            client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));
            client.AssertSigned(client.Refresh());
            client.AssertSigned(client.CreatePermission("10.0.0.1:1"));
            Assert.True(client.Refresh(0).IsSuccess);
        }
    }

    [Fact]
    public void The_token_may_stand_in_any_request()
    {
        IssuedToken token = _issuer.Issue(_relay.Clock.Utc);
        TestClient client = token.Client(_relay);
        client.Allocate();
        Assert.True(client.Request(StunMethod.CreatePermission, (ref writer) =>
        {
            writer.Add(StunAttributeType.AccessToken, token.Bytes);
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:1"));
        }).IsSuccess);
    }

    [Fact]
    public void A_token_of_another_key_or_for_another_server_is_401()
    {
        Assert401(_stranger.Issue(_relay.Clock.Utc));
        Assert401(_stranger.Issue(_relay.Clock.Utc) with { KeyId = _issuer.KeyId });
        Assert401(_issuer.Issue(_relay.Clock.Utc) with { KeyId = _next.KeyId });
        Assert401(_issuer.Issue(_relay.Clock.Utc) with { KeyId = "user" });
        Assert401(_issuer.Issue(_relay.Clock.Utc, serverName: "turn2.example.org"));
    }

    [Fact]
    public void Who_knows_the_token_but_not_its_key_gets_401()
    {
        IssuedToken seen = _issuer.Issue(_relay.Clock.Utc);
        Assert.True(seen.Client(_relay, "198.1.0.7:1").Allocate().IsSuccess);
        Assert401(seen with { Key = IntegrityKey.FromBytes(new byte[20]) });
        Assert401(seen with { Key = IntegrityKey.FromBytes(seen.Bytes) });
        Assert401(seen with { Key = IntegrityKey.FromBytes(seen.MacKey.AsSpan(0, 19)) });

        TestClient thief = (seen with { Key = IntegrityKey.FromBytes(new byte[20]) }).Client(_relay, "198.1.0.7:1");
        Assert.Equal(401, thief.Refresh(0).Code);
        Assert.Equal(401, thief.ChannelBind(0x4000, "9.9.9.9:1").Code);
    }

    [Theory]
    [InlineData(-65, 401)]
    [InlineData(-64, 0)]
    [InlineData(0, 0)]
    [InlineData(64, 0)]
    [InlineData(65, 401)]
    public void The_clocks_may_differ_by_the_lifetime_and_five_seconds(int secondsAgo, int code) =>
        Assert.Equal(code, _issuer.Issue(_relay.Clock.Utc.AddSeconds(-secondsAgo), lifetime: 60).Client(_relay).Allocate().Code);

    [Fact]
    public void A_token_without_a_lifetime_gets_none() => Assert401(_issuer.Issue(_relay.Clock.Utc, lifetime: 0));

    [Fact]
    public void A_token_whose_text_is_of_another_form_is_401()
    {
        Assert.True(_issuer.IssueWithKeyLength(_relay.Clock.Utc, 20).Client(_relay, "198.1.0.7:1").Allocate().IsSuccess);
        foreach (int length in (int[])[0, 19, 21, 32, 34, 0xFFFF]) Assert401(_issuer.IssueWithKeyLength(_relay.Clock.Utc, length));
    }

    [Fact]
    public void The_nonce_is_judged_before_a_token_is_looked_at()
    {
        IssuedToken token = _issuer.Issue(_relay.Clock.Utc);
        foreach (IssuedToken sent in (IssuedToken[])[token, token with { Bytes = new byte[64] }, token with { KeyId = "nobody" }])
        {
            TestClient client = sent.Client(_relay);
            client.Nonce = new byte[32];
            Sent answer = client.Allocate();
            Assert.Equal(438, answer.Code);
            Assert.False(answer.Message.HasIntegrity);
            client.Nonce = answer.Nonce;
            Assert.Equal(ReferenceEquals(sent, token), client.Allocate().IsSuccess);
            client.Refresh(0);
        }
    }

    [Fact]
    public void A_token_behind_the_integrity_is_none()
    {
        IssuedToken token = _issuer.Issue(_relay.Clock.Utc);
        TestClient client = token.Client(_relay);
        client.Token = null;
        client.Nonce = Challenge(_relay).Nonce;
        byte[] signed = client.Message(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: true);
        byte[] request = [.. signed, 0, 0x1B, 0, (byte)token.Bytes.Length, .. token.Bytes];
        request[3] += (byte)(4 + token.Bytes.Length);
        Assert.Equal(401, client.Send(request).Code);
    }

    [Fact]
    public void Where_tokens_are_not_taken_one_is_an_unknown_attribute()
    {
        var relay = new TestRelay();
        foreach (TestClient client in (TestClient[])[_issuer.Issue(relay.Clock.Utc).Client(relay), new TestClient(relay) { Token = new byte[64] }])
        {
            Sent sent = client.Allocate();
            Assert.Equal(420, sent.Code);
            Assert.True(sent.Message.TryGet(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> types));
            Assert.Equal([0, 0x1B], types.ToArray());
        }
    }

    [Fact]
    public void Users_with_passwords_go_on_beside_them()
    {
        var user = new TestClient(_relay);
        Assert.True(user.Allocate().IsSuccess);
        user.Token = _issuer.Issue(_relay.Clock.Utc).Bytes;
        Assert.Equal(401, user.Refresh().Code);
        user.Token = null;
        Assert.True(user.Refresh().IsSuccess);
    }

    [Fact]
    public void A_key_that_is_taken_away_ends_the_next_request_of_its_bearers()
    {
        TestClient old = _issuer.Issue(_relay.Clock.Utc).Client(_relay, "198.1.0.7:1"), recent = _next.Issue(_relay.Clock.Utc).Client(_relay, "198.1.0.7:2");
        old.Allocate();
        recent.Allocate();
        _relay.Machine.Credentials = Credentials(_next.Key);
        Assert.Equal(401, old.Refresh().Code);
        Assert.Equal(401, old.CreatePermission("9.9.9.9:1").Code);
        Assert.True(recent.Refresh().IsSuccess);
        Assert.True(recent.CreatePermission("9.9.9.9:1").IsSuccess);
    }

    // RFC 7635 appendix B; what the modern client of RFC 8489 makes of it.
    [Theory]
    [InlineData(32, StunIntegrity.Sha256)]
    [InlineData(20, StunIntegrity.Sha256)]
    [InlineData(32, StunIntegrity.Sha1)]
    public void A_client_of_RFC_8489_signs_with_either_hash_and_names_the_key_by_its_hash(int macKeyLength, StunIntegrity integrity)
    {
        IssuedToken token = _issuer.Issue(_relay.Clock.Utc, macKeyLength: macKeyLength);
        var client = new ModernClient(_relay, user: _issuer.KeyId);
        client.Learn();
        Assert.NotNull(client.Userhash);
        (client.Session, client.Integrity) = (token.Key, integrity);
        Sent sent = client.Request(StunMethod.Allocate, (ref writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            writer.Add(StunAttributeType.AccessToken, token.Bytes);
        });
        Assert.True(sent.IsSuccess);
        client.AssertSigned(sent);
        client.AssertSigned(client.Request(StunMethod.CreatePermission, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:1"))));
    }

    [Fact]
    public void A_key_of_256_bits_is_hashed_for_HMAC_SHA1()
    {
        byte[] macKey = new byte[32];
        byte[] request = new TestClient(_relay) { Key = IntegrityKey.OfSession(macKey) }.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(request, out StunMessage message));
#pragma warning disable CA5350 // HMAC-SHA1 is what the RFC has.
        Assert.True(message.VerifyIntegrity(IntegrityKey.FromBytes(System.Security.Cryptography.SHA1.HashData(macKey))));
#pragma warning restore CA5350
        Assert.False(message.VerifyIntegrity(IntegrityKey.FromBytes(macKey)));
    }

    [Fact]
    public void A_client_that_signs_with_the_first_128_bits_as_that_of_coturn_is_answered_likewise()
    {
        IssuedToken token = _issuer.Issue(_relay.Clock.Utc);
        TestClient client = (token with { Key = IntegrityKey.FromBytes(token.MacKey.AsSpan(0, 16)) }).Client(_relay);
        client.AssertSigned(client.Allocate());
        client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));
        client.AssertSigned(client.Refresh());
    }

    [Fact]
    public void A_session_is_found_under_the_key_of_its_token_alone()
    {
        TestClient client = _issuer.Issue(_relay.Clock.Utc).Client(_relay);
        client.Allocate();
        foreach (string name in (string[])[_next.KeyId, "user", "nobody", $"{_issuer.KeyId}:"])
        {
            client.User = name;
            Assert.Equal(401, client.CreatePermission("9.9.9.9:1").Code);
        }
    }

    [Fact]
    public void Keys_and_names_have_bounds()
    {
        foreach (int length in (int[])[0, 15, 17, 24, 31, 33, 64]) Assert.Throws<ArgumentException>(() => new TokenKey("id", new byte[length]));
        foreach (string id in (string[])["", "a\nb", new string('k', 509)]) Assert.Throws<ArgumentException>(() => new TokenKey(id, new byte[32]));
        Assert.Equal(2, Credentials(_issuer.Key, _next.Key, _issuer.Key).TokenKeyCount);
    }

    private static CredentialSnapshot Credentials(params TokenKey[] keys) =>
        CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")], tokenKeys: keys);

    private static Sent Challenge(TestRelay relay) =>
        new TestClient(relay).Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));

    private static Sent Stale(TestRelay relay) => new TestClient(relay) { Nonce = new byte[32], Token = new byte[64] }.Refresh();

    private void Assert401(IssuedToken token)
    {
        Sent sent = token.Client(_relay, "198.1.0.99:9").Allocate();
        Assert.Equal(401, sent.Code);
        Assert.False(sent.Message.HasIntegrity);
        Assert.True(sent.Message.Has(StunAttributeType.ThirdPartyAuthorization));
    }
}
