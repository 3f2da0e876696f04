using Traversal.Turn;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Conformance.Tests.Rfc7635;

/// <summary>RFC 7635 section 9: TURN client and server behavior.</summary>
public sealed class Section9TurnServerBehavior
{
    private readonly TokenRelay _tokens = new();

    [Fact]
    public void A_token_makes_several_allocations()
    {
        IssuedToken token = _tokens.Issue();
        for (int port = 1; port <= 3; port++) Assert.True(token.Client(_tokens.Relay, $"198.1.0.7:{port}").Allocate().IsSuccess);
    }

    [Fact]
    [Trait("Requirement", "RFC7635-9-1")]
    public void Requests_but_Allocate_and_Refresh_go_without_the_token()
    {
        TestClient client = _tokens.Issue().Client(_tokens.Relay);
        client.Allocate();
        client.Token = null;
        Assert.True(client.CreatePermission("9.9.9.9:1").IsSuccess);
        Assert.True(client.ChannelBind(0x4000, "9.9.9.9:1").IsSuccess);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(599)]
    [InlineData(3000)]
    [Trait("Requirement", "RFC7635-9-2")]
    public void The_lifetime_in_the_answers_is_never_above_that_of_the_token(uint lifetime)
    {
        TestClient client = _tokens.Issue(lifetime).Client(_tokens.Relay);
        Assert.InRange(client.Allocate((ref writer) => writer.AddLifetime(3600)).Lifetime, 1u, lifetime);
        for (int i = 0; i < 10; i++)
        {
            Assert.InRange(client.Refresh(3600).Lifetime, 1u, lifetime);
            _tokens.Relay.Advance(lifetime / 10.0);
        }
    }

    [Theory]
    [InlineData(0, 600)]
    [InlineData(5, 600)]
    [InlineData(6, 599)]
    [InlineData(400, 205)]
    [InlineData(604, 1)]
    [Trait("Requirement", "RFC7635-9-3")]
    [Trait("Requirement", "RFC7635-9-4")]
    public void It_is_the_rest_of_the_lifetime_and_five_seconds(int secondsAgo, uint granted)
    {
        TestClient client = _tokens.Issue(600, secondsAgo).Client(_tokens.Relay);
        Assert.Equal(granted, client.Allocate().Lifetime);
        Assert.Equal(granted, client.Refresh().Lifetime);
    }

    [Fact]
    [Trait("Requirement", "RFC7635-9-5")]
    [Trait("Requirement", "RFC7635-9-6")]
    public void After_a_token_is_over_a_new_one_refreshes_what_there_is_and_makes_new_allocations()
    {
        TestClient client = _tokens.Issue(60).Client(_tokens.Relay);
        client.Allocate();
        _tokens.Relay.Advance(55);
        IssuedToken next = _tokens.Next.Issue(_tokens.Relay.Clock.Utc);
        next.GiveTo(client);
        client.AssertSigned(client.Refresh());
        _tokens.Relay.Advance(55);
        client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));
        Assert.True(next.Client(_tokens.Relay, "198.1.0.7:2").Allocate().IsSuccess);
    }
}
