using Traversal.Stun;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Conformance.Tests.Rfc7635;

/// <summary>RFC 7635 sections 4.1 and 6: keys and attributes.</summary>
public sealed class Section6Attributes
{
    // Section 6.1 has no key word for the server.
    [Fact]
    public void THIRD_PARTY_AUTHORIZATION_has_the_server_name_and_leaves_first_party_authentication_to_who_prefers_it()
    {
        var tokens = new TokenRelay();
        Sent challenge = tokens.Challenge();
        Assert.Equal(401, challenge.Code);
        Assert.True(challenge.Message.TryGet(StunAttributeType.ThirdPartyAuthorization, out ReadOnlySpan<byte> name));
        Assert.Equal("example.org"u8, name);
        Assert.True(new TestClient(tokens.Relay).Allocate().IsSuccess);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(16)]
    [Trait("Requirement", "RFC7635-4.1.1-2")]
    public void A256GCM_is_supported_and_A128GCM_too(int keyLength)
    {
        var tokens = new TokenRelay(keyLength);
        Assert.True(tokens.Issue().Client(tokens.Relay).Allocate().IsSuccess);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    [Trait("Requirement", "RFC7635-6.2-2")]
    public void A_session_key_of_160_bits_is_supported_and_one_of_256_too(int macKeyLength)
    {
        var tokens = new TokenRelay();
        TestClient client = tokens.Issuer.Issue(tokens.Relay.Clock.Utc, macKeyLength: macKeyLength).Client(tokens.Relay);
        client.AssertSigned(client.Allocate());
    }

    [Fact]
    [Trait("Requirement", "RFC7635-6.2-4")]
    public void The_associated_data_is_the_server_name_so_that_a_token_for_another_server_is_401()
    {
        var tokens = new TokenRelay();
        IssuedToken elsewhere = tokens.Issuer.Issue(tokens.Relay.Clock.Utc, serverName: "turn2.example.org");
        Assert.Equal(401, elsewhere.Client(tokens.Relay).Allocate().Code);
        Assert.Equal(401, tokens.Issuer.Issue(tokens.Relay.Clock.Utc, serverName: "").Client(tokens.Relay).Allocate().Code);
        Assert.True(tokens.Issuer.Issue(tokens.Relay.Clock.Utc, serverName: "example.org").Client(tokens.Relay).Allocate().IsSuccess);
    }

    // Section 6.2: ACCESS-TOKEN is comprehension-required.
    [Fact]
    public void A_server_that_offered_no_third_party_authorization_answers_a_token_with_420()
    {
        var relay = new TestRelay(credentials: CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")]));
        Sent sent = new TokenIssuer().Issue(relay.Clock.Utc).Client(relay).Allocate();
        Assert.Equal(420, sent.Code);
        Assert.True(sent.Message.TryGet(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> types));
        Assert.Equal([0, (byte)StunAttributeType.AccessToken], types.ToArray());
    }
}
