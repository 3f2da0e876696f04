using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.TcpRelay;

/// <summary>A relay with TCP allocations (RFC 6062) and clients on connections of their own.</summary>
internal sealed class TcpTestRelay
{
    private int _connections = 100;

    public TcpTestRelay(Action<RelayOptions>? configure = null, RelayGroup? group = null, int shard = 0)
    {
        Relay = new TestRelay(
            options =>
            {
                options.TcpRelay = true;
                configure?.Invoke(options);
            },
            TestRelay.Credentials(("other", "word")),
            group,
            shard);
    }

    public TestRelay Relay { get; }

    public RelayMachine Machine => Relay.Machine;

    /// <summary>A client on a new connection, which is not the client's only one.</summary>
    public TestClient Connect(string user = "user", string password = "pass", string host = "198.1.0.7", bool isMessages = false)
    {
        int number = ++_connections;
        var client = new TestClient(Relay, $"{host}:{20_000 + number}", user, password, new SocketId(-number));
        Machine.OnClientConnected(client.Via, TestRelay.Listener, client.Address, isMessages);
        return client;
    }

    /// <summary>A client with a TCP allocation, on its control connection.</summary>
    public TestClient Allocate(string host = "198.1.0.7")
    {
        TestClient client = Connect(host: host);
        Assert.True(client.AllocateTcp().IsSuccess);
        return client;
    }

    /// <summary>A connection to a peer that waits for its ConnectionBind.</summary>
    public uint Pending(TestClient control, string peer)
    {
        Assert.True(control.ConnectTo(peer).IsNothing);
        Sent answer = Relay.PeerConnected(Relay.Last(RelayCommandKind.Connect).Connection);
        Assert.True(answer.IsSuccess);
        return answer.ConnectionId;
    }

    /// <summary>A connection to a peer that a client has bound.</summary>
    public uint Bound(TestClient control, string peer)
    {
        uint connection = Pending(control, peer);
        Assert.True(Connect().Bind(connection).IsSuccess);
        Machine.OnConnectionBound(connection, Relay.Clock);
        return connection;
    }

    public long Count(RelayCounter counter) => Machine.Counters[counter];
}
