using System.Text;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.Tokens;

/// <summary>A token names nobody, so the token is the user that a quota is of.</summary>
public sealed class TokenQuotaTests
{
    private readonly TokenIssuer _issuer = new();
    private readonly TestRelay _relay;

    public TokenQuotaTests() => _relay = new TestRelay(
        options => options.MaxAllocationsPerUser = 2, CredentialSnapshot.Create(TestRelay.Realm, tokenKeys: [_issuer.Key]));

    [Fact]
    public void Each_token_has_a_quota_of_its_own()
    {
        IssuedToken token = Issue();
        Assert.True(token.Client(_relay, "198.1.0.1:1").Allocate().IsSuccess);
        Assert.True(token.Client(_relay, "198.1.0.1:2").Allocate().IsSuccess);
        Assert.Equal(486, token.Client(_relay, "198.1.0.1:3").Allocate().Code);
        Assert.True(Issue().Client(_relay, "198.1.0.1:4").Allocate().IsSuccess);
    }

    [Fact]
    public void An_allocation_stays_charged_to_the_token_that_made_it()
    {
        IssuedToken token = Issue(), next = Issue();
        TestClient first = token.Client(_relay, "198.1.0.1:1"), second = token.Client(_relay, "198.1.0.1:2");
        first.Allocate();
        second.Allocate();
        next.GiveTo(first);
        Assert.True(first.Refresh().IsSuccess);
        Assert.Equal(486, token.Client(_relay, "198.1.0.1:3").Allocate().Code);
        Assert.True(next.Client(_relay, "198.1.0.1:4").Allocate().IsSuccess);
        Assert.True(next.Client(_relay, "198.1.0.1:5").Allocate().IsSuccess);

        Assert.True(first.Refresh(0).IsSuccess);
        Assert.True(token.Client(_relay, "198.1.0.1:6").Allocate().IsSuccess);
        Assert.Equal(486, next.Client(_relay, "198.1.0.1:7").Allocate().Code);
    }

    [Fact]
    public void Nothing_is_left_of_tokens_when_their_allocations_are_gone()
    {
        for (int i = 1; i <= 100; i++) Assert.True(Issue(60).Client(_relay, $"198.1.0.{i}:1").Allocate().IsSuccess);
        Assert.Equal(100, _relay.Group.ChargedCount);
        _relay.Advance(66);
        Assert.Equal(0, _relay.Group.ChargedCount);
        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void What_ends_is_told_under_a_name_that_is_no_secret()
    {
        IssuedToken token = Issue();
        TestClient client = token.Client(_relay);
        client.Allocate();
        client.Refresh(0);
        Assert.True(_relay.Machine.TryTakeEnd(out AllocationEnd end));
        Assert.Equal($"key-1:{Convert.ToHexStringLower(token.Bytes.AsSpan(token.Bytes.Length - 8))}", Encoding.UTF8.GetString(end.User.Span));
    }

    private IssuedToken Issue(uint lifetime = 3600) => _issuer.Issue(_relay.Clock.Utc, lifetime);
}
