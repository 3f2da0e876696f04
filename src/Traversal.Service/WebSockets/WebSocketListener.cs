using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Traversal.Primitives;
using Traversal.Server;

namespace Traversal.Service.WebSockets;

/// <summary>
/// TURN over WebSockets (RFC 6455): an HTTP endpoint of its own, on which every path is a WebSocket of the subprotocol <c>turn</c> and there is nothing
/// else. Each binary message is one STUN message or one ChannelData.
/// </summary>
/// <remarks>
/// A page of any origin may connect, unless origins are named: TURN asks for a credential that a browser does not add by itself, so there is nothing
/// that a foreign page could do with somebody else's.
/// </remarks>
public sealed class WebSocketListener : IAsyncDisposable
{
    /// <summary>The subprotocol. A client that names none is served too, one that names only others is refused.</summary>
    public const string Subprotocol = "turn";

    private readonly WebApplication _application;

    private WebSocketListener(WebApplication application, WebSocketEndpoint endpoint)
    {
        _application = application;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for.</summary>
    public WebSocketEndpoint Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="endpoint">Where to listen.</param>
    /// <param name="origins">The origins of pages that may connect; any if there are none. Programs that are no browser send no origin and may connect.</param>
    /// <param name="server">The running server, which <see cref="TurnServerOptions.AcceptsWebSockets"/>.</param>
    /// <param name="logging">Where to log.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address can't be bound.</exception>
    public static async Task<WebSocketListener> StartAsync(
        WebSocketEndpoint endpoint, IEnumerable<string> origins, TurnServer server, ILoggerFactory logging, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        WebSocketGate gate = server.WebSockets ?? throw new ArgumentException("The server does not accept WebSockets.", nameof(server));
        var upgrade = new WebSocketRequests(gate, origins);

        // Empty: no configuration files, environment variables or command line are read behind the operator's back.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, endpoint, gate));
        if (endpoint.IsSecure)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            gate.PrepareHandshakes();
        }

        WebApplication application = builder.Build();
        try
        {
            application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
            application.Run(upgrade.OnRequestAsync);
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        int port = addresses?.Addresses.Select(address => new Uri(address).Port).FirstOrDefault() ?? endpoint.Address.Port;
        TransportAddress bound = endpoint.Address.WithPort((ushort)port);
        gate.AddListener(in bound);
        return new WebSocketListener(application, endpoint with { Address = bound });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, WebSocketEndpoint endpoint, WebSocketGate gate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = gate.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = gate.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = gate.RequestTimeout;
        kestrel.Limits.RequestHeadersTimeout = gate.RequestTimeout;
        kestrel.Limits.MaxRequestLineSize = 2 << 10;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        kestrel.Limits.MaxRequestHeaderCount = 50;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Listen(endpoint.Address.ToIPEndPoint(), listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.Use(next => new ConnectionGuard(gate, next).OnConnectionAsync);
            if (endpoint.IsSecure) UseTls(listener, gate);
        });
    }

    private static void UseTls(ListenOptions listener, WebSocketGate gate) => listener.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = gate.RequestTimeout,
        OnConnection = handshake => new(gate.TryBeginHandshake(ConnectionGuard.AddressOf(handshake.Connection.RemoteEndPoint))
            ?? throw new IOException("There are too many handshakes.")),
    });
}
