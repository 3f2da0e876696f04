namespace Traversal.Client.Network;

/// <summary>What a proxy speaks.</summary>
public enum ProxyKind : byte
{
    /// <summary>HTTP with CONNECT (RFC 9110 section 9.3.6).</summary>
    Http,

    /// <summary>SOCKS version 5 (RFC 1928).</summary>
    Socks5,
}
