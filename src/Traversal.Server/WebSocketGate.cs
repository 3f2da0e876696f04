using System.Net.Security;
using System.Net.WebSockets;
using Traversal.Primitives;
using Traversal.Transport.Proxies;
using Traversal.Transport.Streams;

namespace Traversal.Server;

/// <summary>
/// Where an HTTP server hands over the WebSockets that it accepted, and asks, before it spends anything on a connection, whether it may. The bounds are
/// those of clients on TCP, together with them. Any thread may call.
/// </summary>
public sealed class WebSocketGate
{
    private readonly StreamEdge _edge;
    private readonly StreamOptions _bounds;
    private readonly Func<SslServerAuthenticationOptions> _tls;
    private readonly Action<TransportAddress> _closeToPeers;

    internal WebSocketGate(
        StreamEdge edge, StreamOptions bounds, TrustedProxies? proxies, Func<SslServerAuthenticationOptions> tls, Action<TransportAddress> closeToPeers)
    {
        _edge = edge;
        _bounds = bounds;
        Proxies = proxies;
        _tls = tls;
        _closeToPeers = closeToPeers;
    }

    /// <summary>The proxies that begin their connections with a PROXY protocol header; null if there are none.</summary>
    public TrustedProxies? Proxies { get; }

    /// <summary>The most connections at one time.</summary>
    public int MaxConnections => _bounds.MaxConnections;

    /// <summary>How long a handshake may take, and a request after it.</summary>
    public TimeSpan RequestTimeout => _bounds.FirstFrameTimeout;

    /// <summary>Says where the HTTP server listens: no client may reach that through the relay.</summary>
    public void AddListener(in TransportAddress local) => _closeToPeers(local);

    /// <summary>
    /// Says that handshakes will come. Where no certificate is configured it is made here, and its fingerprint logged, rather than at the first of them.
    /// </summary>
    /// <exception cref="TurnServerOptionsException">The certificate can't be used.</exception>
    public void PrepareHandshakes() => _tls();

    /// <summary>Counts a connection in; <see cref="Leave"/> counts it out when it becomes a WebSocket that is served, or ends.</summary>
    /// <param name="remote">The client's address.</param>
    public bool TryEnter(in TransportAddress remote) => _edge.TryAdmit(in remote);

    /// <summary>Counts a connection out.</summary>
    /// <param name="remote">The address that it was counted in by.</param>
    public void Leave(in TransportAddress remote) => _edge.Dismiss(in remote);

    /// <summary>Counts a connection that ended without having been served.</summary>
    public void CountFailure(UpgradeFailure failure) => _edge.CountFailure(failure);

    /// <summary>How to answer a TLS handshake of HTTP/1.1; null when there are too many handshakes.</summary>
    /// <param name="remote">The client's address.</param>
    public SslServerAuthenticationOptions? TryBeginHandshake(in TransportAddress remote) => _edge.TryBeginHandshake(in remote) ? _tls() : null;

    /// <summary>
    /// Serves the client of a WebSocket. Each binary message is one STUN message or one ChannelData, whose padding may be left out; anything else
    /// ends the connection. The WebSocket is disposed of in the end; a client that is turned away stays the caller's.
    /// </summary>
    /// <param name="socket">The accepted WebSocket.</param>
    /// <param name="local">The address that the client reached.</param>
    /// <param name="remote">The client's address.</param>
    /// <param name="completion">Completes when the connection is over. Never fails.</param>
    /// <returns>Whether there is room for it.</returns>
    public bool TryServe(WebSocket socket, in TransportAddress local, in TransportAddress remote, out Task completion)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var stream = new MessageStream(socket, _bounds.CloseTimeout);
        bool isServed = _edge.TryAttach(stream, in local, in remote, out StreamConnection? connection);
        completion = connection?.Completion ?? Task.CompletedTask;
        return isServed;
    }
}
