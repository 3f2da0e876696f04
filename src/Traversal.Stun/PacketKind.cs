namespace Traversal.Stun;

/// <summary>What a datagram is on a socket that several protocols share, by its first byte (RFC 7983, RFC 9443).</summary>
public enum PacketKind : byte
{
    /// <summary>None of these; dropped.</summary>
    Unknown = 0,

    /// <summary>0 to 3.</summary>
    Stun,

    /// <summary>16 to 19.</summary>
    Zrtp,

    /// <summary>20 to 63.</summary>
    Dtls,

    /// <summary>64 to 79: ChannelData, from a relay; QUIC elsewhere.</summary>
    TurnChannel,

    /// <summary>128 to 191: RTP and RTCP.</summary>
    Rtp,

    /// <summary>80 to 127 and 192 to 255.</summary>
    Quic,
}
