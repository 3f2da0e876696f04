namespace Traversal.Client;

/// <summary>A STUN or TURN server that helps to gather candidates.</summary>
public sealed record IceServer
{
    /// <summary>A STUN server, or a TURN server with who the client is.</summary>
    /// <param name="uri">
    /// The server. A TURN server is asked over UDP and, where that brings nothing within a second, over TCP, unless the URI names one; <c>turns:</c> over TLS.
    /// </param>
    /// <param name="login">Who the client is.</param>
    /// <exception cref="ArgumentException">A TURN server without a login, or a STUN server over TLS, which sees no UDP.</exception>
    public IceServer(ServerUri uri, TurnLogin? login = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (uri.IsTurn && login is null) throw new ArgumentException("A TURN server wants to know who the client is.", nameof(login));
        if (uri.Scheme == ServerScheme.Stuns) throw new ArgumentException("A STUN server over TLS does not see where UDP comes from.", nameof(uri));
        (Uri, Login) = (uri, login);
    }

    /// <summary>A TURN server whose address and transport are known, such as one behind a WebSocket.</summary>
    public IceServer(TurnServerEndpoint endpoint, TurnLogin login)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(login);
        (Endpoint, Login) = (endpoint, login);
    }

    /// <summary>The server; null where its address is known.</summary>
    public ServerUri? Uri { get; }

    /// <summary>Its address; null where it is to be found by its URI.</summary>
    public TurnServerEndpoint? Endpoint { get; }

    /// <summary>Who the client is.</summary>
    public TurnLogin? Login { get; }

    /// <inheritdoc/>
    public override string ToString() => Uri?.ToString() ?? Endpoint!.ToString();
}
