using Traversal.Stun;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server.TcpRelay;

namespace Traversal.Turn.Tests.Server.Tokens;

/// <summary>TCP allocations (RFC 6062) of bearers of tokens, who may send the token with Allocate and Refresh only.</summary>
public sealed class TokenConnectionTests
{
    private const string Peer = "9.9.9.9:80";

    private readonly TokenIssuer _issuer = new();
    private readonly TcpTestRelay _tcp = new();
    private readonly TestClient _control;

    public TokenConnectionTests()
    {
        _tcp.Machine.Credentials = CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")], tokenKeys: [_issuer.Key]);
        _control = Give(Issue(), _tcp.Connect());
        Assert.True(_control.AllocateTcp().IsSuccess);
    }

    [Fact]
    public void A_ConnectionBind_is_signed_with_the_session_key_of_the_connection_that_it_names()
    {
        uint pending = _tcp.Pending(_control, Peer);
        TestClient data = _tcp.Connect();
        (data.User, data.Key) = (_control.User, _control.Key);
        Sent answer = data.Bind(pending);
        Assert.Equal(RelayAction.LastReply, answer.Action);
        Assert.True(answer.IsSuccess);
        Assert.True(answer.Message.VerifyIntegrity(_control.Key));
    }

    [Fact]
    public void The_session_that_a_new_token_brought_binds_what_the_old_one_made()
    {
        uint pending = _tcp.Pending(_control, Peer);
        Give(Issue(), _control);
        Assert.True(_control.Refresh().IsSuccess);
        TestClient data = _tcp.Connect();
        (data.User, data.Key) = (_control.User, _control.Key);
        Assert.True(data.Bind(pending).IsSuccess);
    }

    [Fact]
    public void Nobody_else_binds_it()
    {
        uint pending = _tcp.Pending(_control, Peer);
        Assert.Equal(400, _tcp.Connect().Bind(pending).Code);

        TestClient other = Give(Issue(), _tcp.Connect());
        Assert.Equal(401, other.Bind(pending).Code);
        Assert.Equal(400, other.Request(StunMethod.ConnectionBind, (ref writer) =>
        {
            writer.AddConnectionId(pending);
            writer.Add(StunAttributeType.AccessToken, other.Token);
        }).Code);

        TestClient mistaken = _tcp.Connect();
        (mistaken.User, mistaken.Key) = (_control.User, _control.Key);
        Assert.Equal(401, mistaken.Bind(pending ^ 1).Code);
        Assert.True(mistaken.Bind(pending).IsSuccess);
    }

    private static TestClient Give(IssuedToken token, TestClient client)
    {
        token.GiveTo(client);
        return client;
    }

    private IssuedToken Issue() => _issuer.Issue(_tcp.Relay.Clock.Utc);
}
