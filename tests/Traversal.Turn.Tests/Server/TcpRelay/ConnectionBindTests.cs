using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>Receiving a ConnectionBind request (RFC 6062 section 5.4).</summary>
public sealed class ConnectionBindTests
{
    private const string Peer = "9.9.9.9:80";

    private readonly TcpTestRelay _tcp = new();
    private readonly TestClient _control;

    public ConnectionBindTests() => _control = _tcp.Allocate();

    // RFC6062-5.4-3, RFC6062-5.4-4, RFC6062-4.3-7
    [Fact]
    public void It_is_the_last_message_of_its_connection_which_the_driver_joins_with_the_peer()
    {
        uint pending = _tcp.Pending(_control, Peer);
        TestClient data = _tcp.Connect();
        Sent answer = data.Bind(pending);
        Assert.Equal(RelayAction.LastReply, answer.Action);
        Assert.True(answer.IsSuccess);
        Assert.True(answer.Message.VerifyIntegrity(data.Key));
        RelayCommand bind = _tcp.Relay.Last(RelayCommandKind.BindConnection);
        Assert.Equal((pending, data.Via), (bind.Connection, bind.Client));
    }

    // RFC6062-5.4-1
    [Fact]
    public void Over_UDP_it_is_400()
    {
        uint pending = _tcp.Pending(_control, Peer);
        Assert.Equal(400, new TestClient(_tcp.Relay).Bind(pending).Code);
        Assert.True(_tcp.Connect().Bind(pending).IsSuccess);
    }

    // RFC6062-5.4-1: not TCP or TLS, but messages on top of it, between which there is no place for data.
    [Fact]
    public void Over_a_WebSocket_it_is_400()
    {
        uint pending = _tcp.Pending(_control, Peer);
        TestClient webSocket = _tcp.Connect(isMessages: true);
        Sent answer = webSocket.Bind(pending);
        Assert.Equal((400, RelayAction.Reply), (answer.Code, answer.Action));
        Assert.True(_tcp.Connect().Bind(pending).IsSuccess);
    }

    // RFC6062-5.4-2
    [Fact]
    public void Without_a_number_or_with_an_unknown_one_it_is_400_and_the_connection_is_closed()
    {
        TestClient data = _tcp.Connect();
        Sent answer = data.Request(StunMethod.ConnectionBind);
        Assert.Equal((400, RelayAction.LastReply), (answer.Code, answer.Action));
        Assert.Equal(data.Via, _tcp.Relay.Last(RelayCommandKind.CloseClient).Client);
        TestClient guesser = _tcp.Connect();
        Assert.Equal(400, guesser.Bind(_tcp.Pending(_control, Peer) ^ 1).Code);
        Assert.Equal(guesser.Via, _tcp.Relay.Last(RelayCommandKind.CloseClient).Client);
    }

    // RFC6062-5.4-2
    [Fact]
    public void One_that_is_still_being_connected_or_is_bound_already_is_400()
    {
        _control.ConnectTo(Peer);
        uint connection = _tcp.Relay.Last(RelayCommandKind.Connect).Connection;
        Assert.Equal(400, _tcp.Connect().Bind(connection).Code);
        _tcp.Relay.PeerConnected(connection);
        Assert.True(_tcp.Connect().Bind(connection).IsSuccess);
        Assert.Equal(400, _tcp.Connect().Bind(connection).Code);
    }

    // RFC6062-4.3-5, RFC6062-4.4-3
    [Fact]
    public void Another_users_number_is_as_good_as_none()
    {
        uint pending = _tcp.Pending(_control, Peer);
        Assert.Equal(400, _tcp.Connect("other", "word").Bind(pending).Code);
        Assert.Equal(401, _tcp.Connect("user", "wrong").Bind(pending).Code);
        Assert.True(_tcp.Connect().Bind(pending).IsSuccess);
    }

    // RFC6062-4.3-4, RFC6062-4.4-2
    [Fact]
    public void The_control_connection_itself_cannot_be_bound()
    {
        uint pending = _tcp.Pending(_control, Peer);
        Sent answer = _control.Bind(pending);
        Assert.Equal((400, RelayAction.Reply), (answer.Code, answer.Action));
        Assert.True(_tcp.Connect().Bind(pending).IsSuccess);
    }

    [Fact]
    public void A_connection_of_another_machine_is_bound_all_the_same()
    {
        var second = new TcpTestRelay(group: _tcp.Relay.Group, shard: 1);
        uint pending = _tcp.Pending(_control, Peer);
        Assert.True(second.Connect().Bind(pending).IsSuccess);
        Assert.Equal(pending, second.Relay.Last(RelayCommandKind.BindConnection).Connection);
        Assert.Equal(400, _tcp.Connect().Bind(pending).Code);

        // Word of it comes after the time to bind is over.
        _tcp.Relay.Advance(31);
        Assert.DoesNotContain(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.CloseConnection);
        _tcp.Machine.OnConnectionBound(pending, _tcp.Relay.Clock);
        _tcp.Relay.Advance(100);
        Assert.DoesNotContain(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.CloseConnection);
    }
}
