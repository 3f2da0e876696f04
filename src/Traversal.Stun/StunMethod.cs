namespace Traversal.Stun;

/// <summary>The methods of the IANA STUN registry that are in use.</summary>
public enum StunMethod : ushort
{
    /// <summary>What is my address, are you there (RFC 8489 section 2).</summary>
    Binding = 0x001,

    /// <summary>A relayed address, please (RFC 8656 section 7).</summary>
    Allocate = 0x003,

    /// <summary>Keep or give up an allocation (RFC 8656 section 8).</summary>
    Refresh = 0x004,

    /// <summary>An indication that carries data from the client to a peer (RFC 8656 section 11).</summary>
    Send = 0x006,

    /// <summary>An indication that carries data from a peer to the client (RFC 8656 section 11).</summary>
    Data = 0x007,

    /// <summary>Let these peers send to me (RFC 8656 section 10).</summary>
    CreatePermission = 0x008,

    /// <summary>Bind a channel number to a peer (RFC 8656 section 12).</summary>
    ChannelBind = 0x009,

    /// <summary>Open a TCP connection to a peer (RFC 6062 section 4.3).</summary>
    Connect = 0x00A,

    /// <summary>This connection carries that peer's data (RFC 6062 section 4.3).</summary>
    ConnectionBind = 0x00B,

    /// <summary>An indication that a peer has connected (RFC 6062 section 4.4).</summary>
    ConnectionAttempt = 0x00C,

    /// <summary>A short connectivity check that a browser may send in place of Binding (registered by Google).</summary>
    GoogPing = 0x080,
}
