namespace Traversal.Transport.Streams;

/// <summary>Why a connection was turned away before its first frame.</summary>
public enum UpgradeFailure
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>The TLS handshake failed or took too long, or there was none where one is needed.</summary>
    Handshake,

    /// <summary>There are more handshakes than <see cref="StreamOptions"/> allow.</summary>
    HandshakeRate,

    /// <summary>The header of the proxy is missing, broken, too long or too late.</summary>
    ProxyHeader,

    /// <summary>The HTTP request is none, or none for a WebSocket that is served here, or did not come in time.</summary>
    WebSocket,
}
