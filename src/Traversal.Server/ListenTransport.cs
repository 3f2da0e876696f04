namespace Traversal.Server;

/// <summary>How clients reach a listener.</summary>
public enum ListenTransport
{
    /// <summary>UDP datagrams (RFC 8656 section 3.1).</summary>
    Udp,

    /// <summary>A TCP stream of STUN messages and ChannelData (RFC 8656 section 12.5).</summary>
    Tcp,

    /// <summary>The same in TLS (RFC 8656 section 3.1).</summary>
    Tls,
}
