namespace Traversal.Client;

/// <summary>How a TURN server is reached. Between server and peers there is UDP, or TCP with a <see cref="RelayedListener"/>.</summary>
public enum TurnTransport
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,

    /// <summary>WebSocket (RFC 6455) over TCP, one message of TURN in each binary message.</summary>
    WebSocket,

    /// <summary>WebSocket over TLS.</summary>
    SecureWebSocket,
}
