using System.Text;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class UserhashTests
{
    private readonly TestRelay _relay = new(credentials: TestRelay.Credentials(("ann\u00E9", "w\u00F6rd")));

    // RFC8489-9.2.4-7, RFC8489-14.4-1
    [Fact]
    public void A_user_is_found_by_the_hash_of_the_name()
    {
        foreach ((string user, string password, int port) in ((string, string, int)[])[("user", "pass", 1), ("ann\u00E9", "w\u00F6rd", 2)])
        {
            var client = new ModernClient(_relay, $"198.1.0.7:{port}", user, password);
            client.Learn();
            Assert.True(client.Features.HasFlag(StunSecurityFeatures.UsernameAnonymity));
            Assert.NotNull(client.Userhash);
            Sent sent = client.Allocate();
            Assert.True(sent.IsSuccess);
            client.AssertSigned(sent);
            client.AssertSigned(client.Request(StunMethod.Refresh));
        }
    }

    // RFC8489-9.2.4-12, RFC8489-9.2.4-16
    [Fact]
    public void A_hash_of_nobody_is_401()
    {
        var client = new ModernClient(_relay);
        client.Learn();
        client.Userhash![31] ^= 1;
        Sent sent = client.Allocate();
        Assert.Equal(401, sent.Code);
        Assert.False(sent.Message.Has(StunAttributeType.Userhash));
    }

    [Fact]
    public void Name_and_hash_are_one_user_with_one_quota()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 1);
        Assert.True(new ModernClient(relay).LearnAnd(client => client.Allocate()).IsSuccess);
        Assert.Equal(486, new TestClient(relay).Allocate().Code);

        // The same user goes on under the other form.
        var named = new TestClient(relay, "198.1.0.7:41000");
        Assert.True(named.Refresh().IsSuccess);
    }

    [Fact]
    public void It_is_not_offered_with_time_limited_credentials_whose_names_no_hash_can_find()
    {
        var relay = new TestRelay(credentials: CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")], ["secret"u8.ToArray()]));
        var client = new ModernClient(relay);
        client.Learn();
        Assert.Equal(StunSecurityFeatures.PasswordAlgorithms, client.Features);
        Assert.True(client.Allocate().IsSuccess);
    }

    [Fact]
    public void A_nonce_of_another_offer_is_stale_once_the_credentials_change()
    {
        var client = new ModernClient(_relay);
        client.Learn();
        Assert.True(client.Allocate().IsSuccess);
        _relay.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")], ["secret"u8.ToArray()]);
        Sent stale = client.Request(StunMethod.Refresh);
        Assert.Equal(438, stale.Code);
        client.Userhash = null;
        client.Learn(stale);
        Assert.True(client.Request(StunMethod.Refresh).IsSuccess);
    }

    [Fact]
    public void Hashes_are_of_the_prepared_name()
    {
        byte[] hash = new byte[StunLimits.UserhashBytes];
        Userhash.Compute(Encoding.UTF8.GetBytes("e\u0301"), "example.org"u8, hash);
        var relay = new TestRelay(credentials: TestRelay.Credentials(("e\u0301", "pass")));

        // The name was brought to its composed form, so the hash of the other form is nobody's.
        var client = new ModernClient(relay, user: "\u00E9");
        client.Learn();
        Assert.True(client.Allocate().IsSuccess);
        client.Userhash = hash;
        Assert.Equal(401, client.Request(StunMethod.Refresh).Code);
    }
}
