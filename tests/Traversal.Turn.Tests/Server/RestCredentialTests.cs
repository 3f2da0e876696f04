using System.Globalization;
using System.Text;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class RestCredentialTests
{
    private static readonly byte[] Secret = "old secret"u8.ToArray(), NextSecret = "new secret"u8.ToArray();

    private readonly TestRelay _relay = new(
        options => options.MaxAllocationsPerUser = 2,
        CredentialSnapshot.Create(TestRelay.Realm, secrets: [Secret, NextSecret]));

    [Fact]
    public void Credentials_of_every_secret_work_until_they_expire()
    {
        Assert.True(Client("198.1.0.1:1", 60, "ann", Secret).Allocate().IsSuccess);
        Assert.True(Client("198.1.0.1:2", 60, "bob", NextSecret).Allocate().IsSuccess);
        Assert.Equal(401, Client("198.1.0.1:3", 60, "bob", "no secret"u8.ToArray()).Allocate().Code);
        Assert.Equal(401, Client("198.1.0.1:4", 0, "bob", Secret).Allocate().Code);
        Assert.Equal(401, Client("198.1.0.1:5", -1, "bob", Secret).Allocate().Code);
    }

    [Fact]
    public void An_expired_credential_keeps_its_allocation_and_makes_no_other()
    {
        TestClient client = Client("198.1.0.1:1", 60, "ann", Secret);
        client.Allocate();
        _relay.Advance(61);
        Assert.True(client.Refresh().IsSuccess);
        Assert.True(client.ChannelBind(0x4000, "9.9.9.9:9").IsSuccess);

        var again = new TestClient(_relay, "198.1.0.1:2", client.User, Password(client.User, Secret));
        Assert.Equal(401, again.Allocate().Code);
        Assert.Equal(401, again.Refresh().Code);

        client.Refresh(0);
        Assert.Equal(401, client.Allocate().Code);
    }

    [Fact]
    public void A_secret_that_is_taken_away_ends_the_next_request_of_its_users()
    {
        TestClient old = Client("198.1.0.1:1", 60, "ann", Secret), recent = Client("198.1.0.1:2", 60, "bob", NextSecret);
        old.Allocate();
        recent.Allocate();
        _relay.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, secrets: [NextSecret]);
        Assert.Equal(401, old.Refresh().Code);
        Assert.True(recent.Refresh().IsSuccess);
    }

    [Fact]
    public void The_quota_is_charged_to_who_asked_not_to_when()
    {
        Assert.True(Client("198.1.0.1:1", 60, "ann", Secret).Allocate().IsSuccess);
        Assert.True(Client("198.1.0.1:2", 61, "ann", Secret).Allocate().IsSuccess);
        Assert.Equal(486, Client("198.1.0.1:3", 62, "ann", Secret).Allocate().Code);
        Assert.True(Client("198.1.0.1:4", 62, "bob", Secret).Allocate().IsSuccess);
        Assert.True(Client("198.1.0.1:5", 62, null, Secret).Allocate().IsSuccess);
    }

    [Fact]
    public void Usernames_of_no_form_are_401()
    {
        foreach (string name in (string[])["ann", ":", ":ann", "99999999999999999999:ann", "+1750009999:ann", "1750009999 :ann"])
            Assert.Equal(401, new TestClient(_relay, user: name, password: Password(name, Secret)).Allocate().Code);
    }

    [Fact]
    public void There_is_a_limit_to_secrets_and_none_is_empty()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CredentialSnapshot.Create("r", secrets: Enumerable.Repeat((ReadOnlyMemory<byte>)Secret, 9)));
        Assert.Throws<ArgumentException>(() => CredentialSnapshot.Create("r", secrets: [Array.Empty<byte>()]));
        Assert.Throws<ArgumentException>(() => CredentialSnapshot.Create("r", [new UserCredential("a", "")]));
    }

    private TestClient Client(string address, int seconds, string? id, byte[] secret)
    {
        string expiry = (_relay.Clock.Utc.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
        string name = id is null ? expiry : $"{expiry}:{id}";
        return new TestClient(_relay, address, name, Password(name, secret));
    }

    private static string Password(string username, byte[] secret)
    {
        byte[] password = new byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(secret, Encoding.UTF8.GetBytes(username), password, out int length);
        return Encoding.ASCII.GetString(password, 0, length);
    }
}
