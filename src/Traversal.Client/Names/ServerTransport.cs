namespace Traversal.Client;

/// <summary>How a STUN or TURN server is reached (RFC 8489 section 6.2).</summary>
public enum ServerTransport : byte
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,
}
