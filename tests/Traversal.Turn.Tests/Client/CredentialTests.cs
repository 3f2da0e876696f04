using System.Globalization;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Turn.Tests.Client;

public sealed class CredentialTests
{
    private static readonly byte[] Secret = "secret"u8.ToArray();

    private readonly TestRelay _relay = new(credentials: CredentialSnapshot.Create(TestRelay.Realm, secrets: [Secret]));

    [Fact]
    public void Another_credential_is_asked_for_a_minute_before_the_end_and_used_from_then_on()
    {
        ClientHost host = Host(Credential(600));
        host.Settle();
        host.RunUntil(() => host.Has(TurnEventKind.CredentialWanted), 1000);
        Assert.Equal(540, (host.Now - Start).TotalSeconds, 0.1);
        Assert.Equal(600, (host.Events[^1].Deadline - Start).TotalSeconds, 0.1);
        host.Do(allocation => allocation.Renew(Credential(3600), host.Now));
        host.Run(3000);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.Equal(1, host.Relay.Machine.AllocationCount);
        Assert.Equal(1, host.Events.Count(happened => happened.Kind == TurnEventKind.CredentialWanted));
    }

    [Fact]
    public void Without_another_one_the_old_one_is_used_for_as_long_as_the_server_takes_it()
    {
        ClientHost host = Host(Credential(600));
        host.Settle();
        host.Run(3000);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.True(host.Has(TurnEventKind.CredentialWanted));
    }

    [Fact]
    public void One_that_is_over_is_asked_for_and_waited_for_half_a_minute()
    {
        ClientHost host = Host(Credential(-1), expires: false);
        host.RunUntil(() => host.Has(TurnEventKind.CredentialWanted), 10);
        Assert.Equal(30, (host.Events[^1].Deadline - host.Now).TotalSeconds, 0.1);
        host.Run(20);
        host.Do(allocation => allocation.Renew(Credential(600), host.Now));
        host.Run(1);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void Nobody_who_has_no_other_waits_longer()
    {
        ClientHost host = Host(Credential(-1), expires: false);
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(TurnFailureReason.CredentialRefused, host.Allocation.Failure!.Reason);
        Assert.Equal(30, (host.Now - start).TotalSeconds, 0.2);
    }

    [Fact]
    public void Credentials_that_are_all_wrong_do_not_go_round_for_ever()
    {
        ClientHost host = Host(Credential(-1), expires: false);
        int given = 0;
        for (int i = 0; i < 100 && host.Allocation.State != TurnAllocationState.Ended; i++)
        {
            host.Events.Clear();
            host.RunUntil(() => host.Has(TurnEventKind.CredentialWanted) || host.Allocation.State == TurnAllocationState.Ended, 60);
            host.Do(allocation => allocation.Renew(Credential(-2 - ++given), host.Now));
        }

        Assert.Equal(TurnFailureReason.TooManyChallenges, host.Allocation.Failure!.Reason);
        Assert.InRange(given, 1, 10);
    }

    [Fact]
    public void A_driver_that_gives_what_is_over_is_not_asked_all_the_time()
    {
        ClientHost host = Host(Credential(600));
        host.Settle();
        host.Run(541);
        for (int i = 0; i < 100; i++)
        {
            host.Do(allocation => allocation.Renew(Credential(0), host.Now));
            host.Run(1);
        }

        Assert.InRange(host.Events.Count(happened => happened.Kind == TurnEventKind.CredentialWanted), 1, 6);
    }

    // RFC8656-5: an allocation belongs to the name that made it.
    [Fact]
    public void A_server_that_wants_the_first_name_back_gets_it()
    {
        var relay = new TestRelay(credentials: TestRelay.Credentials(("other", "word")));
        var host = new ClientHost(relay, options => options.RenewsCredential = true).Settle();
        host.Do(allocation => allocation.Renew(ClientHost.Credential("other", "word"), host.Now));
        host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), host.Now));
        host.Run(1);
        Assert.True(host.Has(TurnEventKind.PeerPermitted));
        Assert.Equal(2, host.CountSent(StunMethod.CreatePermission));
        host.Run(3000);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void A_server_that_takes_tokens_is_asked_with_one()
    {
        var host = new ClientHost(configure: options => options.PrefersTokens = true);
        IntegrityKey key = IntegrityKey.FromBytes("session key of 20 b."u8);
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity
                ? Answers.Allocated(in request, request.VerifyIntegrity(key) ? key : null)
                : Answers.Challenge(in request, more: (ref writer) => writer.Add(StunAttributeType.ThirdPartyAuthorization, "turn1.example.org"u8));
        };
        host.RunUntil(() => host.Has(TurnEventKind.CredentialWanted), 1);
        Assert.Equal("turn1.example.org", host.Allocation.TokenServerName);
        host.Do(allocation => allocation.Renew(TurnCredential.FromToken("key 1", "session key of 20 b."u8, new byte[78]), host.Now));
        host.Run(1);
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        StunMessage request = ClientHost.Parse(host.Sent[^1]);
        Assert.True(request.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name));
        Assert.Equal("key 1", Encoding.UTF8.GetString(name));

        // RFC7635-9-1: in no other request.
        host.Send("9.9.9.9:9", [1]);
        Assert.True(request.Has(StunAttributeType.AccessToken));
        Assert.Equal(StunMethod.ChannelBind, ClientHost.Parse(host.Sent[^1]).Method);
        Assert.False(ClientHost.Parse(host.Sent[^1]).Has(StunAttributeType.AccessToken));
    }

    [Fact]
    public void A_token_is_had_in_time_and_the_next_one_keeps_the_allocation()
    {
        var issuer = new TokenIssuer();
        var relay = new TestRelay(credentials: CredentialSnapshot.Create(TestRelay.Realm, tokenKeys: [issuer.Key]));
        var host = new ClientHost(relay, options => (options.PrefersTokens, options.RenewsCredential) = (true, true));
        for (int i = 0; i < 4; i++)
        {
            host.RunUntil(() => host.Has(TurnEventKind.CredentialWanted), 1000);
            Assert.Equal(TestRelay.Realm, host.Allocation.TokenServerName);
            host.Events.Clear();
            IssuedToken token = issuer.Issue(relay.Clock.Utc, lifetime: 900);
            host.Do(allocation => allocation.Renew(
                TurnCredential.FromToken(token.KeyId, token.MacKey, token.Bytes, host.Now + TimeSpan.FromSeconds(900)), host.Now));
            host.Send("9.9.9.9:9", [1]);
        }

        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.9:9", [1]));
        Assert.True((host.Now - Start).TotalSeconds > 2400);
    }

    [Theory]
    [InlineData("", "pass"), InlineData("user", ""), InlineData("us\u0007er", "pass")]
    public void What_cannot_be_a_credential_is_refused(string user, string password) =>
        Assert.Throws<ArgumentException>(() => TurnCredential.FromPassword(user, password));

    private static MonotonicTime Start { get; } = new TestRelay().Clock.Now;

    private ClientHost Host(TurnCredential credential, bool expires = true)
    {
        Assert.Equal(expires, credential.ExpiresAt > Start);
        return new ClientHost(_relay, options => options.RenewsCredential = true, credential: credential);
    }

    private TurnCredential Credential(int seconds)
    {
        string name = (_relay.Clock.Utc.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture) + ":ann";
        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(Secret, Encoding.UTF8.GetBytes(name), password, out _);
        return TurnCredential.FromPassword(name, Encoding.ASCII.GetString(password), _relay.Clock.Now + TimeSpan.FromSeconds(seconds));
    }
}
