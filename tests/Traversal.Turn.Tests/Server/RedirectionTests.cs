using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class RedirectionTests
{
    private static readonly TransportAddress Other = TransportAddress.Parse("198.0.2.9:3478"), OtherIPv6 = TransportAddress.Parse("[2a00::9]:3478");

    private readonly Policy _policy = new();
    private readonly TestRelay _relay;

    public RedirectionTests() => _relay = new TestRelay(options => options.RedirectPolicy = _policy);

    // RFC8489-10-1, RFC8489-10-2, RFC8489-14.8-6, RFC8489-14.8-8
    [Fact]
    public void An_Allocate_is_sent_to_another_server_in_a_signed_answer_with_the_clients_family_first()
    {
        _policy.Answer = new Redirection(Other, OtherIPv6);
        var client = new TestClient(_relay);
        Sent sent = client.Allocate();
        Assert.Equal(300, sent.Code);
        client.AssertSigned(sent);
        Assert.Equal([Other, OtherIPv6], Servers(sent));
        Assert.Equal(0, _relay.Machine.AllocationCount);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.Redirects]);
    }

    // RFC8489-10-3
    [Fact]
    public void The_name_in_the_other_certificate_goes_along_under_SHA_256()
    {
        _policy.Answer = new Redirection(Other, Domain: "turn.example.net"u8.ToArray());
        var client = new ModernClient(_relay);
        Sent sent = client.LearnAnd(modern => modern.Allocate());
        Assert.Equal(300, sent.Code);
        client.AssertSigned(sent);
        Assert.True(sent.Message.TryGet(StunAttributeType.AlternateDomain, out ReadOnlySpan<byte> domain));
        Assert.Equal("turn.example.net", Encoding.ASCII.GetString(domain));
    }

    // RFC8489-14.8-7, RFC8489-12-3
    [Fact]
    public void Nobody_is_redirected_without_credentials_nor_for_anything_but_a_new_allocation()
    {
        var client = new TestClient(_relay);
        TransactionId id = TestClient.NewId();
        Assert.True(client.Allocate(id: id).IsSuccess);
        _policy.Answer = new Redirection(Other);
        Assert.True(client.Allocate(id: id).IsSuccess);
        Assert.True(client.Refresh().IsSuccess);
        Assert.True(client.CreatePermission("9.9.9.9:9").IsSuccess);
        Assert.True(client.Bare(StunMethod.Binding).IsSuccess);
        var stranger = new TestClient(_relay, "198.1.0.8:1", password: "wrong");
        Assert.Equal(401, stranger.Allocate().Code);
        Assert.Equal(1, _policy.Asked);
    }

    [Fact]
    public void A_policy_without_a_server_of_the_clients_family_is_not_followed()
    {
        _policy.Answer = new Redirection(OtherIPv6, Other);
        Assert.True(new TestClient(_relay).Allocate().IsSuccess);
        Assert.Equal(300, new TestClient(_relay, "[2a00:5::7]:40000").Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6)).Code);
        _policy.Answer = new Redirection(Other, Domain: new byte[256]);
        Assert.True(new TestClient(_relay, "198.1.0.8:1").Allocate().IsSuccess);
    }

    [Fact]
    public void A_server_that_is_about_to_stop_can_send_its_clients_on()
    {
        _relay.Machine.IsDraining = true;
        Assert.Equal(508, new TestClient(_relay).Allocate().Code);
        _policy.Answer = new Redirection(Other);
        Assert.Equal(300, new TestClient(_relay).Allocate().Code);
        Assert.True(_policy.WasDraining);
        Assert.Equal("user", _policy.Account);
    }

    private static TransportAddress[] Servers(Sent sent)
    {
        List<TransportAddress> servers = [];
        foreach (StunAttribute attribute in sent.Message)
        {
            if (attribute.Type != StunAttributeType.AlternateServer) continue;
            byte[] value = attribute.Value.ToArray();
            servers.Add(value[1] == 1
                ? TransportAddress.From(new System.Net.IPAddress(value.AsSpan(4, 4)), (ushort)(value[2] << 8 | value[3]))
                : TransportAddress.From(new System.Net.IPAddress(value.AsSpan(4, 16)), (ushort)(value[2] << 8 | value[3])));
        }

        return [.. servers];
    }

    private sealed class Policy : IRedirectPolicy
    {
        public Redirection Answer { get; set; }

        public int Asked { get; private set; }

        public bool WasDraining { get; private set; }

        public string Account { get; private set; } = "";

        public bool TryRedirect(in RedirectQuery query, out Redirection redirection)
        {
            (Asked, WasDraining, Account, redirection) = (Asked + 1, query.IsDraining, Encoding.UTF8.GetString(query.Account), Answer);
            return !Answer.Server.IsNone;
        }
    }
}
