using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Server.Tests;
using Traversal.Service.WebSockets;

namespace Traversal.Service.Tests.WebSockets;

/// <summary>A server with a WebSocket listener on a free port, and nothing else for clients.</summary>
internal sealed class RunningListener : IAsyncDisposable
{
    /// <summary>A deadline that is worth waiting for, by which a client has long become a WebSocket, however busy the machine.</summary>
    public static readonly TimeSpan ShortDeadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private RunningListener(TurnServer server, WebSocketListener listener)
    {
        Server = server;
        Listener = listener;
    }

    public TurnServer Server { get; }

    public WebSocketListener Listener { get; }

    public TransportAddress Address => Listener.Endpoint.Address;

    public static async Task<RunningListener> StartAsync(bool isSecure = false, string[]? origins = null, Action<TurnServerOptions>? configure = null, ILoggerFactory? logging = null)
    {
        TurnServerOptions options = TestServer.Options();
        options.Listeners.Clear();
        options.AcceptsWebSockets = true;
        configure?.Invoke(options);
        var server = new TurnServer(options, logging);
        await server.StartAsync();
        WebSocketListener listener = await WebSocketListener.StartAsync(
            new WebSocketEndpoint(isSecure, TransportAddress.Parse("127.0.0.1:0")), origins ?? [], server, NullLoggerFactory.Instance);
        return new RunningListener(server, listener);
    }

    public async Task<ClientWebSocket> ConnectAsync(string? origin = null, params string[] subprotocols)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        foreach (string subprotocol in subprotocols) socket.Options.AddSubProtocol(subprotocol);
        try
        {
            await socket.ConnectAsync(new Uri(Listener.Endpoint.ToString()), deadline.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
