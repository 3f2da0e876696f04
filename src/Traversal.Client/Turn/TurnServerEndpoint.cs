using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>A TURN server as a client reaches it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Transport">By what.</param>
public sealed record TurnServerEndpoint(TransportAddress Address, TurnTransport Transport = TurnTransport.Udp)
{
    /// <summary>
    /// The name that it was looked up by: its certificate must be for it (RFC 8489 section 6.2.3), and a WebSocket asks for it. Null for the address.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The path of the WebSocket. Default: "/".</summary>
    public string Path { get; init; } = "/";

    internal static TurnServerEndpoint Of(ServerEndpoint found) => new(found.Address, found.Transport switch
    {
        ServerTransport.Udp => TurnTransport.Udp,
        ServerTransport.Tcp => TurnTransport.Tcp,
        _ => TurnTransport.Tls,
    }) { Name = found.Name };

    internal bool IsStream => Transport != TurnTransport.Udp;

    internal bool IsSecure => Transport is TurnTransport.Tls or TurnTransport.SecureWebSocket;

    internal bool IsWebSocket => Transport is TurnTransport.WebSocket or TurnTransport.SecureWebSocket;

    internal string TlsName => Name ?? Address.ToIPAddress().ToString();

    /// <inheritdoc/>
    public override string ToString()
    {
        string scheme = Transport switch
        {
            TurnTransport.Udp => "udp",
            TurnTransport.Tcp => "tcp",
            TurnTransport.Tls => "tls",
            TurnTransport.WebSocket => "ws",
            _ => "wss",
        };
        return $"{scheme}://{Address}{(IsWebSocket ? Path : "")}";
    }
}
