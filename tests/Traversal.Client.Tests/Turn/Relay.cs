using Microsoft.Extensions.Logging.Abstractions;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Service.WebSockets;

namespace Traversal.Client.Tests.Turn;

/// <summary>A server in this process, on free ports of the loopback, that relays over loopback.</summary>
internal sealed class Relay : IAsyncDisposable
{
    public const string User = "alice", Password = "correct-horse", Realm = "example.org";

    private readonly WebSocketListener? _webSockets;

    private Relay(TurnServer server, WebSocketListener? webSockets)
    {
        Server = server;
        _webSockets = webSockets;
    }

    public TurnServer Server { get; }

    public static TurnLogin Login => TurnLogin.FromPassword(User, Password);

    public static TheoryData<TurnTransport, bool> EveryWay
    {
        get
        {
            var ways = new TheoryData<TurnTransport, bool>();
            foreach (TurnTransport transport in Enum.GetValues<TurnTransport>())
            {
                ways.Add(transport, false);
                ways.Add(transport, true);
            }

            return ways;
        }
    }

    /// <summary>Starts one that listens for one transport.</summary>
    public static async Task<Relay> StartAsync(
        TurnTransport transport = TurnTransport.Udp, bool isIPv6 = false, Action<TurnServerOptions>? configure = null)
    {
        string host = isIPv6 ? "[::1]" : "127.0.0.1";
        bool isWebSocket = transport is TurnTransport.WebSocket or TurnTransport.SecureWebSocket;
        var options = new TurnServerOptions
        {
            Users = { [User] = Password },
            AllowPeers = { "127.0.0.0/8", "::1/128" },
            Relay = { Realm = Realm, TcpRelay = true, Mobility = true },
            AcceptsWebSockets = isWebSocket,
            DrainTimeout = TimeSpan.Zero,
        };
        if (!isWebSocket) options.Listeners.Add(ListenEndpoint.Parse($"{transport.ToString().ToLowerInvariant()}://{host}:0"));
        configure?.Invoke(options);
        var server = new TurnServer(options);
        await server.StartAsync();
        return new Relay(server, isWebSocket ? await ListenAsync(server, transport == TurnTransport.SecureWebSocket, host) : null);
    }

    /// <summary>How clients reach it.</summary>
    public TurnServerEndpoint Endpoint(TurnTransport transport = TurnTransport.Udp) => new(
        _webSockets?.Endpoint.Address ?? Server.Endpoints.First(endpoint => endpoint.Transport.ToString() == transport.ToString()).Address, transport);

    /// <summary>A client that takes the server's certificate, which nobody else vouches for.</summary>
    public TurnClient Client(TurnTransport transport = TurnTransport.Udp, TurnClientOptions? options = null, TurnLogin? login = null) => new(
        Endpoint(transport),
        login ?? Login,
        (options ?? new TurnClientOptions()) with { CertificateValidation = static (_, certificate, _, _) => certificate is not null });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_webSockets is not null) await _webSockets.DisposeAsync();
    }

    private static Task<WebSocketListener> ListenAsync(TurnServer server, bool isSecure, string host) => WebSocketListener.StartAsync(
        new WebSocketEndpoint(isSecure, TransportAddress.Parse($"{host}:0")), [], server, NullLoggerFactory.Instance);
}
