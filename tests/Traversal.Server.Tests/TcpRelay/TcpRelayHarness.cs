using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.TcpRelay;

/// <summary>A server with TCP allocations (RFC 6062), a control connection, and the connections that a test makes of it.</summary>
internal sealed class TcpRelayHarness : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IDisposable> _owned = [];

    private TcpRelayHarness(TurnServer server, TurnTestClient control)
    {
        Server = server;
        Control = control;
    }

    public TurnServer Server { get; }

    public TurnTestClient Control { get; }

    public TransportAddress Relayed { get; private set; }

    public static async Task<TcpRelayHarness> StartAsync(int workers = 1, Action<TurnServerOptions>? configure = null)
    {
        TurnServerOptions options = TestServer.Options(workers);
        options.Relay.TcpRelay = true;
        options.DrainTimeout = TimeSpan.FromMilliseconds(1);
        configure?.Invoke(options);
        TurnServer server = await TestServer.StartAsync(options);
        var harness = new TcpRelayHarness(server, await TurnTestClient.ConnectAsync(server.Tcp()));
        StunMessage.TryParse(await AllocateAsync(harness.Control), out StunMessage answer);
        Assert.True(answer.TryGetXorAddress(StunAttributeType.XorRelayedAddress, out TransportAddress relayed));
        harness.Relayed = relayed;
        return harness;
    }

    /// <summary>A TCP allocation on a connection; the answer.</summary>
    public static async Task<byte[]> AllocateAsync(TurnTestClient client)
    {
        byte[] answer = [];
        for (int i = 0; i < 2; i++)
            answer = await client.AskAsync(StunMethod.Allocate, static (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Tcp));
        return answer;
    }

    /// <summary>A peer that listens on loopback.</summary>
    public Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _owned.Add(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        return listener;
    }

    public Task<byte[]> AskConnectAsync(TransportAddress peer) =>
        Control.AskAsync(StunMethod.Connect, (ref StunMessageWriter writer) => writer.AddPeerAddress(in peer));

    public Task<byte[]> PermitAsync(TransportAddress peer) =>
        Control.AskAsync(StunMethod.CreatePermission, (ref StunMessageWriter writer) => writer.AddPeerAddress(in peer));

    /// <summary>Has the server connect to a listening peer; the CONNECTION-ID and the peer's end.</summary>
    public async Task<(uint Connection, NetworkStream Peer)> ConnectAsync(Socket listener)
    {
        byte[] answer = await AskConnectAsync(TransportAddress.From((IPEndPoint)listener.LocalEndPoint!));
        Assert.Equal(0, TurnTestClient.ErrorOf(answer));
        return (ConnectionOf(answer), Own(new NetworkStream(await listener.AcceptAsync().WaitAsync(Patience), ownsSocket: true)));
    }

    /// <summary>Connects to the relayed address as a peer does.</summary>
    public async Task<NetworkStream> ArriveAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Relayed.ToIPEndPoint()).WaitAsync(Patience);
        return Own(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>The next ConnectionAttempt on the control connection.</summary>
    public async Task<(uint Connection, TransportAddress Peer)> AttemptAsync()
    {
        byte[] indication = (await Control.ReceiveAsync())!;
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(indication, out StunMessage message));
        Assert.Equal((StunClass.Indication, StunMethod.ConnectionAttempt), (message.Class, message.Method));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadPeerAddress(out TransportAddress peer));
        return (ConnectionOf(indication), peer);
    }

    /// <summary>Binds a new connection to one with a peer; the stream that carries data.</summary>
    public async Task<Stream> BindAsync(uint connection, Stream? over = null)
    {
        Stream stream = Own(over ?? await DialAsync());
        using var client = TurnTestClient.Over(stream, leaveOpen: true);
        await client.AskAsync(StunMethod.Refresh, static (ref StunMessageWriter _) => { });
        byte[] answer = await client.AskAsync(StunMethod.ConnectionBind, (ref StunMessageWriter writer) => writer.AddConnectionId(connection));
        Assert.Equal(0, TurnTestClient.ErrorOf(answer));
        return client.Rest.Length == 0 ? stream : new PrefixedStream(client.Rest, stream);
    }

    /// <summary>A connection to the server that says nothing yet.</summary>
    public async Task<NetworkStream> DialAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Server.Tcp().Address.ToIPEndPoint());
        return Own(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Waits until a counter has reached a number.</summary>
    public async Task ReachAsync(RelayCounter counter, long count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (Server.Count(counter) < count) await Task.Delay(20, deadline.Token);
    }

    public static uint ConnectionOf(byte[] message)
    {
        StunMessage.TryParse(message, out StunMessage parsed);
        Assert.Equal(TurnAttributeStatus.Present, parsed.ReadConnectionId(out uint connection));
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        Control.Dispose();
        foreach (IDisposable owned in _owned) owned.Dispose();
        await Server.DisposeAsync();
    }

    private T Own<T>(T stream)
        where T : IDisposable
    {
        _owned.Add(stream);
        return stream;
    }
}
