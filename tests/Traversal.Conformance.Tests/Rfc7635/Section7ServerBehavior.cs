using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Conformance.Tests.Rfc7635;

/// <summary>RFC 7635 section 7: STUN server behavior, in the order of its steps.</summary>
public sealed class Section7ServerBehavior
{
    private readonly TokenRelay _tokens = new();

    [Fact]
    public void The_checks_of_RFC_5389_section_10_2_2_come_first()
    {
        TestClient client = _tokens.Issue().Client(_tokens.Relay);
        byte[] unsigned = client.Message(
            StunMethod.Allocate,
            (ref writer) =>
            {
                writer.AddRequestedTransport(TransportProtocol.Udp);
                writer.Add(StunAttributeType.AccessToken, client.Token);
            },
            TestClient.NewId(),
            authenticate: false);
        Assert.Equal(401, client.Send(unsigned).Code);

        client.Nonce = "not one of the server's nonces"u8.ToArray();
        Assert.Equal(438, client.Allocate().Code);
    }

    [Fact]
    public void USERNAME_selects_the_key()
    {
        IssuedToken token = _tokens.Issue();
        Assert.True(token.Client(_tokens.Relay).Allocate().IsSuccess);
        Assert.True(_tokens.Next.Issue(_tokens.Relay.Clock.Utc).Client(_tokens.Relay, "198.1.0.7:2").Allocate().IsSuccess);
        foreach (string keyId in (string[])[_tokens.Next.KeyId, "no-key", "user"])
            Assert.Equal(401, (token with { KeyId = keyId }).Client(_tokens.Relay, "198.1.0.7:3").Allocate().Code);
    }

    [Fact]
    public void A_token_that_fails_the_authenticated_decryption_is_401()
    {
        IssuedToken token = _tokens.Issue();
        for (int i = 0; i < token.Bytes.Length; i++)
        {
            byte[] changed = [.. token.Bytes];
            changed[i] ^= 0x80;
            Assert.Equal(401, (token with { Bytes = changed }).Client(_tokens.Relay).Allocate().Code);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(604, true)]
    [InlineData(605, false)]
    [InlineData(-604, true)]
    [InlineData(-605, false)]
    [Trait("Requirement", "RFC7635-7-1")]
    public void The_timestamp_is_within_the_lifetime_and_five_seconds_of_the_present(int secondsAgo, bool isGood) =>
        Assert.Equal(isGood ? 0 : 401, _tokens.Issue(lifetime: 600, secondsAgo).Client(_tokens.Relay).Allocate().Code);

    [Fact]
    public void A_request_that_was_not_signed_with_the_session_key_is_401()
    {
        IssuedToken token = _tokens.Issue();
        foreach (IntegrityKey key in (IntegrityKey[])[IntegrityKey.FromBytes(new byte[20]), _tokens.Issue().Key, IntegrityKey.FromBytes(token.Bytes)])
            Assert.Equal(401, (token with { Key = key }).Client(_tokens.Relay).Allocate().Code);
    }

    [Fact]
    [Trait("Requirement", "RFC7635-7-2")]
    public void Every_answer_to_a_bearer_is_signed_with_the_session_key_errors_included()
    {
        TestClient client = _tokens.Issue().Client(_tokens.Relay);
        client.AssertSigned(client.Refresh());
        client.AssertSigned(client.Request(StunMethod.Allocate));
        client.AssertSigned(client.Request(StunMethod.Allocate, (ref writer) => writer.Add((StunAttributeType)0x7FF0, [1])));
        client.AssertSigned(client.Request(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport((TransportProtocol)99)));
        client.AssertSigned(client.Allocate());
        client.AssertSigned(client.Allocate());
        client.AssertSigned(client.CreatePermission("9.9.9.9:1"));
        client.AssertSigned(client.CreatePermission("10.0.0.1:1"));
        client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));
        client.AssertSigned(client.ChannelBind(1, "9.9.9.9:1"));
        client.AssertSigned(client.Refresh());
        client.AssertSigned(client.Refresh(0));
    }
}
