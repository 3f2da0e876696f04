using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>No answer to an unauthenticated request is more than two and a half times the request, with the headers of IP and UDP.</summary>
public sealed class ChallengeSizeTests
{
    private const int Headers = 28, HeadersIPv6 = 48;

    // What clients send first: Chromium; aioice and uclient with LIFETIME; pion with FINGERPRINT.
    private static readonly Dictionary<string, Build> FirstAllocates = new(StringComparer.Ordinal)
    {
        ["Chromium"] = (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp),
        ["aioice"] = (ref writer) =>
        {
            writer.AddLifetime(600);
            writer.AddRequestedTransport(TransportProtocol.Udp);
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(RelayOptions.MaxRealmBytes)]
    public void The_first_Allocate_of_every_client_is_challenged_within_the_limit(int realmBytes)
    {
        string realm = new('r', realmBytes);
        var relay = new TestRelay(options => options.Realm = realm, CredentialSnapshot.Create(realm, [new UserCredential("user", "pass")]));
        foreach (Build build in FirstAllocates.Values)
        {
            foreach (bool fingerprint in (bool[])[false, true])
            {
                var client = new TestClient(relay) { Fingerprint = fingerprint };
                byte[] request = client.Message(StunMethod.Allocate, build, TestClient.NewId(), authenticate: false);
                Sent sent = client.Send(request);
                Assert.Equal(401, sent.Code);
                Assert.InRange(sent.Bytes.Length + Headers, 1, (request.Length + Headers) * 5 / 2);
                Assert.Equal(realmBytes <= 32, sent.Message.Has(StunAttributeType.PasswordAlgorithms));
            }
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(12, 16, true)]
    [InlineData(13, 16, false)]
    [InlineData(20, 20, false)]
    [InlineData(4, 36, false)]
    public void With_access_tokens_the_realm_and_the_server_name_share_the_limit(int realmBytes, int nameBytes, bool sha256)
    {
        (string realm, string name) = (new('r', realmBytes), new('n', nameBytes));
        var relay = new TestRelay(options => options.Realm = realm, WithTokens(realm, name));
        foreach (Build build in FirstAllocates.Values)
        {
            foreach (bool fingerprint in (bool[])[false, true])
            {
                var client = new TestClient(relay) { Fingerprint = fingerprint };
                byte[] request = client.Message(StunMethod.Allocate, build, TestClient.NewId(), authenticate: false);
                Sent sent = client.Send(request);
                Assert.Equal(401, sent.Code);
                Assert.InRange(sent.Bytes.Length + Headers, 1, (request.Length + Headers) * 5 / 2);
                Assert.True(sent.Message.Has(StunAttributeType.ThirdPartyAuthorization));
                Assert.Equal(sha256, sent.Message.Has(StunAttributeType.PasswordAlgorithms));
            }
        }
    }

    [Fact]
    public void A_realm_and_a_server_name_that_are_too_long_together_are_refused_where_tokens_are_taken()
    {
        foreach ((int realmBytes, int nameBytes) in ((int, int)[])[(21, 20), (20, 21), (44, 1), (1, 44), (24, 24)])
            Assert.Throws<ArgumentException>(() => WithTokens(new('r', realmBytes), new('n', nameBytes)));
        Assert.Equal(0, CredentialSnapshot.Create(new('r', 44), serverName: new('n', 44)).TokenKeyCount);
    }

    [Fact]
    public void With_the_default_realm_a_browser_gets_92_bytes_for_its_28()
    {
        var relay = new TestRelay(options => options.Realm = "traversal", CredentialSnapshot.Create("traversal", [new UserCredential("user", "pass")]));
        Sent sent = new TestClient(relay).Bare(StunMethod.Allocate, FirstAllocates["Chromium"]);
        Assert.Equal(92, sent.Bytes.Length);
    }

    [Fact]
    public void Any_bare_request_whatever_its_method_stays_within_the_limit()
    {
        string realm = new('r', 30);
        var relay = new TestRelay(options => options.Realm = realm, CredentialSnapshot.Create(realm, [new UserCredential("user", "pass")]));
        foreach (string address in (string[])["198.1.0.7:1", "[2a00:5::7]:1"])
        {
            int headers = address[0] == '[' ? HeadersIPv6 : Headers;
            foreach (StunMethod method in (StunMethod[])[StunMethod.Binding, StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind])
            {
                var client = new TestClient(relay, address);
                byte[] request = client.Message(method, null, TestClient.NewId(), authenticate: false);
                Sent sent = client.Send(request);
                Assert.False(sent.IsNothing);
                Assert.InRange(sent.Bytes.Length + headers, 1, (request.Length + headers) * 5 / 2);
            }
        }
    }

    [Fact]
    public void On_a_stream_whose_source_is_no_forgery_a_bare_Refresh_is_challenged_in_full()
    {
        string realm = new('r', 40);
        var relay = new TestRelay(options => options.Realm = realm, CredentialSnapshot.Create(realm, [new UserCredential("user", "pass")]));
        var stream = new SocketId(77);
        TransportAddress client = TransportAddress.Parse("198.1.0.7:2");
        relay.Machine.OnClientConnected(stream, TestRelay.Listener, in client);
        Assert.Equal(401, new TestClient(relay, "198.1.0.7:2", via: stream).Bare(StunMethod.Refresh).Code);
        Assert.Equal(400, new TestClient(relay, "198.1.0.7:2").Bare(StunMethod.Refresh).Code);
    }

    [Fact]
    public void A_forged_request_with_the_least_integrity_stays_within_the_limit()
    {
        var client = new TestClient(new TestRelay());
        byte[] buffer = new byte[256];
        TransactionId id = TestClient.NewId();
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Refresh, in id);
        writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes("x"));
        writer.Add(StunAttributeType.Realm, []);
        writer.Add(StunAttributeType.Nonce, []);
        int length = writer.Finish(client.Key, StunIntegrity.Sha1, fingerprint: false);
        Sent sent = client.Send(buffer[..length]);
        Assert.Equal(401, sent.Code);
        Assert.InRange(sent.Bytes.Length + Headers, 1, (length + Headers) * 5 / 2);
    }

    private static CredentialSnapshot WithTokens(string realm, string serverName) =>
        CredentialSnapshot.Create(realm, tokenKeys: [new TokenKey("key-1", new byte[32])], serverName: serverName);
}
