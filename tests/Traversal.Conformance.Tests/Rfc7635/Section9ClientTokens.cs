using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc7635;

/// <summary>RFC 7635: a client that is authorized by a third party.</summary>
public sealed class Section9ClientTokens
{
    private static readonly byte[] FirstKey = "the first session key"u8.ToArray(), NextKey = "the next session key"u8.ToArray();

    // No token at all: the client cannot tell.
    private static readonly byte[] Token = [0, 1, 2, 3];

    private readonly ClientHost _host = new(configure: options => (options.PrefersTokens, options.RenewsCredential) = (true, true));
    private IntegrityKey _key = IntegrityKey.FromBytes(FirstKey);

    public Section9ClientTokens()
    {
        _host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.VerifyIntegrity(_key)
                ? Answers.Allocated(in request, _key)
                : Answers.Challenge(in request, more: (ref writer) => writer.Add(StunAttributeType.ThirdPartyAuthorization, "turn1.example.org"u8));
        };
        _host.RunUntil(() => _host.Has(TurnEventKind.CredentialWanted), 1);
    }

    [Fact]
    [Trait("Requirement", "RFC7635-6.1-1")]
    [Trait("Requirement", "RFC7635-6.1-2")]
    [Trait("Requirement", "RFC7635-6.2-1")]
    public void A_token_is_asked_for_before_a_password_is_sent_and_goes_as_it_is()
    {
        Assert.Single(_host.Sent);
        Assert.Equal("turn1.example.org", _host.Allocation.TokenServerName);
        Authorize();
        StunMessage request = ClientHost.Parse(_host.Sent[1]);
        Assert.True(request.TryGet(StunAttributeType.AccessToken, out ReadOnlySpan<byte> token));
        Assert.Equal(Token, token.ToArray());
        request.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name);
        Assert.Equal("kid", Encoding.UTF8.GetString(name));
    }

    [Fact]
    [Trait("Requirement", "RFC7635-9-1")]
    public void Only_Allocate_and_Refresh_have_it()
    {
        Authorize();
        _host.Send("9.9.9.9:9", [1]);
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.8:8"), _host.Now));
        _host.Run(2000);
        Assert.True(_host.CountSent(StunMethod.Refresh) > 2);
        Assert.All(_host.Sent.Skip(1), bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            Assert.Equal(request.Method is StunMethod.Allocate or StunMethod.Refresh, request.Has(StunAttributeType.AccessToken));
        });
    }

    [Fact]
    [Trait("Requirement", "RFC7635-8-2")]
    [Trait("Requirement", "RFC7635-9-6")]
    public void When_it_expires_a_new_one_is_asked_for_and_refreshes_the_allocation()
    {
        Authorize(_host.Now + TimeSpan.FromSeconds(300));
        _host.Events.Clear();
        _host.RunUntil(() => _host.Has(TurnEventKind.CredentialWanted), 1000);
        _key = IntegrityKey.FromBytes(NextKey);
        _host.Do(allocation => allocation.Renew(TurnCredential.FromToken("kid", NextKey, Token), _host.Now));
        _host.Run(2000);
        Assert.Equal(TurnAllocationState.Allocated, _host.Allocation.State);
    }

    private void Authorize(MonotonicTime? expiresAt = null)
    {
        _host.Do(allocation => allocation.Renew(TurnCredential.FromToken("kid", FirstKey, Token, expiresAt), _host.Now));
        _host.Run(1);
        Assert.Equal(TurnAllocationState.Allocated, _host.Allocation.State);
    }
}
