namespace Traversal.Stun;

/// <summary>Tells protocols on one socket apart by the first byte (RFC 7983 section 7, RFC 9443 section 3).</summary>
public static class PacketDemultiplexer
{
    /// <summary>What a datagram that begins with <paramref name="firstByte"/> is.</summary>
    public static PacketKind Classify(byte firstByte) => firstByte switch
    {
        <= 3 => PacketKind.Stun,
        < 16 => PacketKind.Unknown,
        <= 19 => PacketKind.Zrtp,
        <= 63 => PacketKind.Dtls,
        <= 79 => PacketKind.TurnChannel,
        <= 127 => PacketKind.Quic,
        <= 191 => PacketKind.Rtp,
        _ => PacketKind.Quic,
    };

    /// <summary>What a datagram is; <see cref="PacketKind.Unknown"/> for an empty one.</summary>
    public static PacketKind Classify(ReadOnlySpan<byte> datagram) => datagram.IsEmpty ? PacketKind.Unknown : Classify(datagram[0]);
}
