namespace Traversal.Turn;

/// <summary>The value of REQUESTED-TRANSPORT: an IP protocol number (RFC 8656 section 18.8).</summary>
public enum TransportProtocol : byte
{
    /// <summary>No protocol.</summary>
    None = 0,

    /// <summary>TCP (RFC 6062).</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,
}
