using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class AuthenticationTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public AuthenticationTests() => _client = new TestClient(_relay);

    // RFC8489-9.2-1, RFC8489-9.2.4-2, RFC8489-9.2.4-3, RFC8489-9.2.4-4, RFC8489-9.2.4-6, RFC8489-9.2.4-7, RFC8489-9.2.4-8, RFC8489-14.10-1
    [Fact]
    public void A_request_without_integrity_is_challenged()
    {
        Sent sent = Challenge();
        Assert.Equal(401, sent.Code);
        Assert.True(sent.Message.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> realm));
        Assert.Equal("example.org"u8, realm);
        Assert.True(NonceCookie.TryRead(sent.Nonce, out StunSecurityFeatures features));
        Assert.Equal(StunSecurityFeatures.PasswordAlgorithms | StunSecurityFeatures.UsernameAnonymity, features);
        Assert.True(sent.Message.TryGet(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> algorithms));
        Assert.Equal([0, 2, 0, 0, 0, 1, 0, 0], algorithms.ToArray());
        Assert.False(sent.Message.HasIntegrity || sent.Message.HasIntegritySha256);
        Assert.False(sent.Message.Has(StunAttributeType.Username) || sent.Message.Has(StunAttributeType.Userhash));
        Assert.True(sent.Message.TryGetErrorCode(out _, out ReadOnlySpan<byte> reason));
        Assert.True(reason.IsEmpty);
        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void An_Allocate_that_asks_for_no_transport_gets_the_shortest_answer()
    {
        Sent sent = _client.Bare(StunMethod.Allocate);
        Assert.Equal(400, sent.Code);
        Assert.Equal(28, sent.Bytes.Length);
    }

    // RFC8489-9.2.4-5
    [Fact]
    public void Two_clients_never_get_the_same_nonce_and_one_client_may()
    {
        HashSet<string> nonces = [];
        for (int port = 1; port <= 2000; port++) Assert.True(nonces.Add(NonceOf($"198.1.0.7:{port}")));
        Assert.True(nonces.Add(NonceOf("198.1.0.8:1")));
        Assert.False(nonces.Add(NonceOf("198.1.0.7:1")));
    }

    // RFC8489-9.2.4-9, RFC8489-9.2.4-10
    [Theory]
    [InlineData(StunAttributeType.Username)]
    [InlineData(StunAttributeType.Realm)]
    [InlineData(StunAttributeType.Nonce)]
    public void Integrity_without_username_realm_or_nonce_is_400(StunAttributeType missing)
    {
        byte[] nonce = Challenge().Nonce;
        byte[] request = Signed(StunMethod.Refresh, (ref writer) =>
        {
            if (missing != StunAttributeType.Username) writer.Add(StunAttributeType.Username, "user"u8);
            if (missing != StunAttributeType.Realm) writer.Add(StunAttributeType.Realm, "example.org"u8);
            if (missing != StunAttributeType.Nonce) writer.Add(StunAttributeType.Nonce, nonce);
        });
        Sent sent = _client.Send(request);
        Assert.Equal(400, sent.Code);
        Assert.False(sent.Message.Has(StunAttributeType.Nonce));
        Assert.False(sent.Message.Has(StunAttributeType.Realm));
        Assert.False(sent.Message.HasIntegrity);
    }

    // RFC8489-9.2.4-12, RFC8489-9.2.4-13, RFC8489-9.2.4-14, RFC8489-9.2.4-15, RFC8489-9.2.4-16, RFC8489-9.2.4-17, RFC8489-9.2.4-18, RFC8489-9.2.4-19
    [Fact]
    public void A_wrong_password_or_an_unknown_user_is_401_with_a_fresh_nonce()
    {
        foreach ((string user, string password) in ((string, string)[])[("user", "wrong"), ("nobody", "pass"), ("userx", "pass")])
        {
            var client = new TestClient(_relay, user: user, password: password);
            Sent sent = client.Allocate();
            Assert.Equal(401, sent.Code);
            Assert.NotEmpty(sent.Nonce);
            Assert.False(sent.Message.HasIntegrity);
        }

        Assert.Equal(0, _relay.Machine.AllocationCount);
    }

    // RFC8489-9.2.4-20, RFC8489-9.2.4-21, RFC8489-9.2.4-22
    [Fact]
    public void A_nonce_expires_and_the_new_one_in_the_438_works()
    {
        Assert.True(_client.Allocate().IsSuccess);
        _relay.Advance(590);
        Assert.True(_client.Refresh().IsSuccess);
        _relay.Advance(11);
        Sent sent = _client.Refresh();
        Assert.Equal(438, sent.Code);
        Assert.True(sent.Message.Has(StunAttributeType.Realm));
        _client.Nonce = sent.Nonce;
        Assert.True(_client.Refresh().IsSuccess);
    }

    [Fact]
    public void A_wrong_password_with_a_stale_nonce_is_401_as_the_order_of_checks_says()
    {
        _client.Nonce = "obMatJos2AAAAstale"u8.ToArray();
        Assert.Equal(438, _client.Refresh().Code);
        _client.SetPassword("wrong");
        Assert.Equal(401, _client.Refresh().Code);
    }

    [Fact]
    public void A_nonce_is_of_no_use_from_another_address_but_from_another_port_it_is()
    {
        byte[] nonce = Challenge().Nonce;
        Assert.Equal(438, new TestClient(_relay, "198.1.0.8:40000") { Nonce = nonce }.Refresh().Code);
        Assert.Equal(437, new TestClient(_relay, "198.1.0.7:40001") { Nonce = nonce }.Refresh().Code);
    }

    [Fact]
    public void An_IPv6_nonce_is_good_in_its_64_and_nowhere_else()
    {
        var client = new TestClient(_relay, "[2a00:5::7]:40000");
        client.Refresh();
        Assert.Equal(437, new TestClient(_relay, "[2a00:5::8]:1") { Nonce = client.Nonce }.Refresh().Code);
        Assert.Equal(438, new TestClient(_relay, "[2a00:5:0:1::7]:40000") { Nonce = client.Nonce }.Refresh().Code);
    }

    [Fact]
    public void A_recorded_request_replayed_from_another_address_does_nothing()
    {
        _client.Nonce = Challenge().Nonce;
        byte[] recorded = _client.Message(
            StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: true);
        Assert.True(_client.Send(recorded).IsSuccess);
        _client.Address = TransportAddress.Parse("198.66.6.6:40000");
        Assert.Equal(438, _client.Send(recorded).Code);
        Assert.Equal(1, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void No_single_change_to_a_nonce_passes()
    {
        byte[] nonce = Challenge().Nonce;
        for (int i = 0; i < nonce.Length; i++)
        {
            byte[] changed = [.. nonce];
            changed[i] = changed[i] == (byte)'A' ? (byte)'Q' : (byte)'A';
            _client.Nonce = changed;
            Assert.Equal(438, _client.Refresh().Code);
        }

        _client.Nonce = nonce;
        Assert.Equal(437, _client.Refresh().Code);
    }

    [Fact]
    public void Machines_with_one_secret_take_each_others_nonces_over_a_change_of_key()
    {
        byte[] secret = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        var other = new TestRelay(options => options.NonceSecret = secret);
        var relay = new TestRelay(options => options.NonceSecret = secret);

        // 1,750,000,000 is 400 s after a full hour, at which the key changes.
        relay.Advance(3150);
        other.Advance(3250);
        byte[] nonce = new TestClient(relay).Bare(StunMethod.Refresh).Nonce;
        Assert.Equal(437, new TestClient(other) { Nonce = nonce }.Refresh().Code);
        Assert.Equal(438, new TestClient(new TestRelay(options => options.NonceSecret = [.. secret, 0])) { Nonce = nonce }.Refresh().Code);
    }

    // RFC8656-5-4
    [Fact]
    public void Another_user_on_the_same_5_tuple_is_441()
    {
        var relay = new TestRelay(credentials: TestRelay.Credentials(("other", "word")));
        var owner = new TestClient(relay);
        owner.Allocate();
        var other = new TestClient(relay, user: "other", password: "word");
        Assert.Equal(441, other.Refresh(0).Code);
        Assert.Equal(441, other.CreatePermission("9.9.9.9:1").Code);
        Assert.Equal(441, other.ChannelBind(0x4000, "9.9.9.9:1").Code);
        other.AssertSigned(other.Refresh(0));
        Assert.Equal(437, other.Allocate().Code);
        Assert.True(owner.Refresh().IsSuccess);
    }

    // RFC8656-5-5
    [Fact]
    public void Requests_without_an_allocation_are_437_once_authenticated()
    {
        Assert.Equal(437, _client.Refresh().Code);
        Assert.Equal(437, _client.CreatePermission("9.9.9.9:1").Code);
        Assert.Equal(437, _client.ChannelBind(0x4000, "9.9.9.9:1").Code);
        _client.AssertSigned(_client.Refresh());
        Assert.Equal(401, _client.Bare(StunMethod.ChannelBind).Code);
    }

    [Fact]
    public void A_user_that_a_new_snapshot_lacks_is_401_and_its_data_flows_until_the_allocation_ends()
    {
        _client.Allocate();
        _client.ChannelBind(0x4000, "9.9.9.9:9");
        _relay.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("new", "word")]);
        Assert.Equal(401, _client.Refresh().Code);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.True(new TestClient(_relay, "198.1.0.9:1", "new", "word").Allocate().IsSuccess);
    }

    [Fact]
    public void A_new_password_takes_the_place_of_the_old()
    {
        _client.Allocate();
        _relay.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "new")]);
        Assert.Equal(401, _client.Refresh().Code);
        _client.SetPassword("new");
        Assert.True(_client.Refresh().IsSuccess);
        Assert.True(_client.Refresh().IsSuccess);
    }

    [Fact]
    public void Credentials_of_another_realm_are_refused_by_the_machine() =>
        Assert.Throws<ArgumentException>(() => _relay.Machine.Credentials = CredentialSnapshot.Create("elsewhere"));

    // RFC8489-6.3.1-1, RFC8489-6.3.1-2
    [Fact]
    public void Every_request_sent_again_is_answered_alike()
    {
        _client.Allocate();
        foreach ((StunMethod method, Build build) in ((StunMethod, Build)[])
            [
                (StunMethod.Refresh, (ref writer) => writer.AddLifetime(900)),
                (StunMethod.Refresh, (ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6)),
                (StunMethod.CreatePermission, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"))),
                (StunMethod.CreatePermission, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("10.0.0.1:9"))),
                (StunMethod.CreatePermission, (ref _) => { }),
                (StunMethod.ChannelBind, (ref writer) =>
                {
                    writer.AddChannelNumber(new ChannelNumber(0x4000));
                    writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
                }),
                (StunMethod.ChannelBind, (ref writer) =>
                {
                    writer.AddChannelNumber(new ChannelNumber(0x4000));
                    writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:10"));
                }),
                (StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp)),
                (StunMethod.Allocate, (ref writer) => writer.AddEmpty((StunAttributeType)0x7000)),
                (StunMethod.Binding, (ref _) => { }),
            ])
        {
            byte[] request = _client.Message(method, build, TestClient.NewId(), authenticate: true);
            Sent first = _client.Send(request);
            _relay.Advance(0.5);
            Assert.False(first.IsNothing);
            Assert.Equal(first.Bytes, _client.Send(request).Bytes);
        }
    }

    private Sent Challenge() => _client.Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));

    private static string NonceOf(string address) => Encoding.ASCII.GetString(
        new TestClient(new TestRelay(options => options.NonceSecret = new byte[16]), address).Bare(StunMethod.Refresh).Nonce);

    private byte[] Signed(StunMethod method, Build build)
    {
        byte[] buffer = new byte[2048];
        TransactionId id = TestClient.NewId();
        var writer = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        build(ref writer);
        return buffer[..writer.Finish(_client.Key, StunIntegrity.Sha1, fingerprint: false)];
    }
}
