namespace Traversal.Client;

/// <summary>How a STUN server is asked (RFC 8489 section 6.2).</summary>
public enum StunTransport : byte
{
    /// <summary>UDP: the answer is this machine's address for datagrams.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,
}
