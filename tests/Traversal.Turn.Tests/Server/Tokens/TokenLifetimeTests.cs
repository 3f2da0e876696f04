using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.Tokens;

/// <summary>No allocation outlives the token that it was last refreshed with, and a new token carries it on (RFC 7635 section 9).</summary>
public sealed class TokenLifetimeTests
{
    private readonly TokenIssuer _issuer = new(), _next = new("key-22");
    private readonly TestRelay _relay;

    public TokenLifetimeTests() => _relay = new TestRelay(options => options.Mobility = true, CredentialSnapshot.Create(
        TestRelay.Realm, [new UserCredential("user", "pass")], tokenKeys: [_issuer.Key, _next.Key]));

    private IssuedToken Issue(uint lifetime = 3600) => _issuer.Issue(_relay.Clock.Utc, lifetime);

    [Theory]
    [InlineData(60, 0, 60)]
    [InlineData(60, 20, 45)]
    [InlineData(60, 64, 1)]
    [InlineData(600, 0, 600)]
    [InlineData(599, 0, 599)]
    [InlineData(700, 0, 600)]
    [InlineData(700, 500, 205)]
    [InlineData(100_000, 0, 600)]
    [InlineData(60, -20, 45)]
    public void An_allocation_is_granted_what_is_left_of_the_token(uint lifetime, int secondsAgo, uint granted)
    {
        TestClient client = _issuer.Issue(_relay.Clock.Utc.AddSeconds(-secondsAgo), lifetime).Client(_relay);
        Assert.Equal(granted, client.Allocate().Lifetime);
        Assert.Equal(granted, client.Refresh().Lifetime);
        _relay.Advance(granted - 0.5);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        _relay.Advance(0.6);
        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void A_longer_lifetime_is_asked_for_in_vain()
    {
        TestClient client = Issue(1000).Client(_relay);
        Assert.Equal(1000u, client.Allocate((ref writer) => writer.AddLifetime(3600)).Lifetime);
        _relay.Advance(100);
        Assert.Equal(905u, client.Refresh(3600).Lifetime);
    }

    // Section 9 wants the token in it; the session key proves the same, and the time that is left is known.
    [Fact]
    public void A_Refresh_without_the_token_is_granted_what_is_left_of_it()
    {
        TestClient client = Issue(1000).Client(_relay);
        client.Allocate();
        client.Token = null;
        _relay.Advance(500);
        Sent sent = client.Refresh();
        Assert.Equal(505u, sent.Lifetime);
        client.AssertSigned(sent);
    }

    [Fact]
    public void A_token_that_is_over_is_401_with_which_request_ever()
    {
        TestClient client = Issue(60).Client(_relay);
        client.Allocate();
        _relay.AdvanceSilently(TimeSpan.FromSeconds(64));
        Assert.True(new TestClient(_relay, "198.1.0.7:2") { User = client.User, Key = client.Key, Token = client.Token }.Allocate().IsSuccess);
        _relay.Advance(2);
        Assert.Equal(401, client.Refresh().Code);
        client.Token = null;
        Assert.Equal(401, client.Refresh().Code);
        Assert.Equal(401, client.CreatePermission("9.9.9.9:1").Code);
        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void When_the_wall_clock_is_set_beyond_the_token_its_session_is_over_too()
    {
        TestClient client = Issue(300).Client(_relay);
        client.Allocate();
        _relay.SetWallClock(TimeSpan.FromSeconds(306));
        client.Nonce = [];
        Assert.Equal((401, 401), (client.Refresh().Code, client.CreatePermission("9.9.9.9:1").Code));
        client.Token = null;
        Assert.Equal(401, client.Refresh().Code);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        Issue(300).GiveTo(client);
        Assert.Equal(300u, client.Refresh().Lifetime);
    }

    [Fact]
    public void A_new_token_carries_an_allocation_on_and_signs_what_follows()
    {
        IssuedToken first = Issue(60);
        TestClient client = first.Client(_relay);
        client.Allocate();
        _relay.Advance(50);
        Issue(60).GiveTo(client);
        Assert.Equal(60u, client.Refresh().Lifetime);
        _relay.Advance(50);
        client.AssertSigned(client.CreatePermission("9.9.9.9:1"));
        client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));

        client.Key = first.Key;
        Assert.Equal(401, client.CreatePermission("9.9.9.9:1").Code);
    }

    [Fact]
    public void The_new_token_may_be_sealed_with_a_newer_key()
    {
        TestClient client = Issue().Client(_relay);
        client.Allocate();
        _next.Issue(_relay.Clock.Utc).GiveTo(client);
        client.AssertSigned(client.Refresh());
        _relay.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, tokenKeys: [_next.Key]);
        client.AssertSigned(client.CreatePermission("9.9.9.9:1"));
    }

    [Fact]
    public void One_token_makes_several_allocations_and_each_goes_on_by_itself()
    {
        IssuedToken token = Issue();
        TestClient first = token.Client(_relay, "198.1.0.7:1"), second = token.Client(_relay, "198.1.0.7:2");
        Assert.True(first.Allocate().IsSuccess);
        Assert.True(second.Allocate().IsSuccess);
        Issue().GiveTo(first);
        first.AssertSigned(first.Refresh());
        second.AssertSigned(second.CreatePermission("9.9.9.9:1"));
        first.AssertSigned(first.CreatePermission("9.9.9.9:1"));
    }

    [Fact]
    public void An_Allocate_that_comes_again_is_answered_and_one_with_another_token_is_437()
    {
        IssuedToken token = Issue();
        TestClient client = token.Client(_relay);
        TransactionId id = TestClient.NewId();
        Sent answer = client.Allocate(id: id);
        Assert.Equal(answer.Bytes, client.Allocate(id: id).Bytes);
        Issue().GiveTo(client);
        Assert.Equal(437, client.Allocate(id: id).Code);

        // It changed nothing.
        token.GiveTo(client);
        client.AssertSigned(client.ChannelBind(0x4000, "9.9.9.9:1"));
    }

    [Fact]
    public void While_the_socket_is_being_opened_the_token_stays_the_one_that_asked_for_it()
    {
        IssuedToken token = Issue();
        TestClient client = token.Client(_relay);
        client.Nonce = client.Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp)).Nonce;
        _relay.HoldsCommands = true;
        Assert.True(client.Allocate().IsNothing);
        Issue().GiveTo(client);
        Assert.Equal(437, client.Refresh().Code);
        Assert.True(_relay.OpenNext().Message.VerifyIntegrity(token.Key));
    }

    [Fact]
    public void Neither_a_token_takes_what_is_a_users_nor_a_user_what_is_a_tokens()
    {
        var user = new TestClient(_relay, "198.1.0.7:1");
        TestClient bearer = Issue().Client(_relay, "198.1.0.7:2");
        Assert.True(user.Allocate().IsSuccess && bearer.Allocate().IsSuccess);
        (user.Address, bearer.Address) = (bearer.Address, user.Address);
        Assert.Equal((441, 441), (user.Refresh(0).Code, bearer.Refresh(0).Code));
        Assert.Equal((441, 401), (user.CreatePermission("9.9.9.9:1").Code, bearer.CreatePermission("9.9.9.9:1").Code));
        Assert.Equal(2, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void An_allocation_moves_with_its_own_token_alone()
    {
        IssuedToken token = Issue();
        TestClient client = token.Client(_relay);
        byte[] ticket = TicketOf(client.Allocate((ref writer) => writer.Add(StunAttributeType.MobilityTicket, [])));
        client.Address = TransportAddress.Parse("198.1.0.7:41000");
        Issue().GiveTo(client);
        Assert.Equal(441, Move(client, ticket).Code);
        token.GiveTo(client);
        client.AssertSigned(Move(client, ticket));
    }

    private static Sent Move(TestClient client, byte[] ticket) =>
        client.Request(StunMethod.Refresh, (ref writer) => writer.Add(StunAttributeType.MobilityTicket, ticket));

    private static byte[] TicketOf(Sent sent) => sent.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? ticket.ToArray() : [];
}
