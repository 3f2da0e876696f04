using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>Data connection maintenance (RFC 6062 section 5.5).</summary>
public sealed class ConnectionEndTests
{
    private readonly TcpTestRelay _tcp = new();
    private readonly TestClient _control;

    public ConnectionEndTests() => _control = _tcp.Allocate();

    public static TheoryData<string> Ends => ["expires", "is given up", "loses its control connection"];

    // RFC6062-5.5-1
    [Theory]
    [MemberData(nameof(Ends))]
    public void With_the_allocation_end_its_connections_whatever_they_are_at(string end)
    {
        uint bound = _tcp.Bound(_control, "9.9.9.9:1");
        uint pending = _tcp.Pending(_control, "9.9.9.9:2");
        _control.ConnectTo("9.9.9.9:3");
        uint connecting = _tcp.Relay.Last(RelayCommandKind.Connect).Connection;
        switch (end)
        {
            case "expires":
                _tcp.Relay.AdvanceSilently(TimeSpan.FromSeconds(601));
                _control.Nonce = [];
                Assert.Equal(437, _control.ConnectTo("9.9.9.9:4").Code);
                break;
            case "is given up":
                _control.Refresh(0);
                break;
            default:
                _tcp.Machine.OnClientGone(_control.Via, _tcp.Relay.Clock);
                _tcp.Relay.Drain();
                break;
        }

        uint[] closed = [.. _tcp.Relay.Commands.Where(command => command.Kind == RelayCommandKind.CloseConnection).Select(command => command.Connection)];
        Assert.Equal(new[] { bound, pending, connecting }.Order(), closed.Order());
        Assert.Equal(0, _tcp.Relay.Group.PeerConnectionCount);
        Assert.Equal(0, _tcp.Relay.Listening);
        Assert.True(_tcp.Relay.PeerConnected(connecting).IsNothing);
        _tcp.Machine.OnConnectionCarried(bound, 1, 1, _tcp.Relay.Clock);
        _tcp.Machine.OnConnectionClosed(bound);
    }

    [Fact]
    public void One_that_carries_nothing_for_long_is_closed()
    {
        TimeSpan almost = new RelayOptions().ConnectionIdleTimeout - TimeSpan.FromSeconds(1);
        uint bound = _tcp.Bound(_control, "9.9.9.9:1");
        KeepFor(almost);
        _tcp.Machine.OnConnectionCarried(bound, 1, 0, _tcp.Relay.Clock);
        KeepFor(almost);
        Assert.Equal(1, _tcp.Relay.Group.PeerConnectionCount);
        KeepFor(TimeSpan.FromSeconds(2));
        Assert.Equal(bound, _tcp.Relay.Last(RelayCommandKind.CloseConnection).Connection);
    }

    [Fact]
    public void A_policy_that_refuses_the_peer_ends_the_connection()
    {
        uint bound = _tcp.Bound(_control, "9.9.9.9:1");
        uint other = _tcp.Bound(_control, "9.9.8.8:1");
        _control.ConnectTo("9.9.9.10:1");
        Assert.True(PeerRule.TryParse("9.9.9.0/24", allow: false, out PeerRule? rule));
        _tcp.Machine.ReplacePeerPolicy(PeerPolicy.Create([rule!]));
        Assert.Equal(447, _tcp.Relay.Drain().Code);
        Assert.Contains(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.CloseConnection && command.Connection == bound);
        Assert.DoesNotContain(_tcp.Relay.Commands, command => command.Kind == RelayCommandKind.CloseConnection && command.Connection == other);
        Assert.Equal(2, _tcp.Count(RelayCounter.RevokedByPolicy));
    }

    [Fact]
    public void What_a_connection_carries_is_counted()
    {
        uint bound = _tcp.Bound(_control, "9.9.9.9:1");
        _tcp.Machine.OnConnectionCarried(bound, 5_000_000_000, 7, _tcp.Relay.Clock);
        Assert.Equal((5_000_000_000, 7), (_tcp.Count(RelayCounter.BytesToPeers), _tcp.Count(RelayCounter.BytesToClients)));
    }

    private void KeepFor(TimeSpan span)
    {
        for (TimeSpan step = TimeSpan.FromMinutes(9); span > TimeSpan.Zero; span -= step)
        {
            _tcp.Relay.Advance(span < step ? span : step);
            _control.Nonce = [];
            Assert.True(_control.Refresh().IsSuccess);
        }
    }
}
