using System.Buffers.Binary;

namespace Traversal.Peer.Reliable.Wire;

/// <summary>
/// The first eight bytes of a packet: a byte that no STUN, DTLS, TURN or RTP packet begins with (RFC 7983 section 7 and RFC 9443), with the key's phase in its
/// lowest bit, and the packet's number.
/// </summary>
internal static class PacketHeader
{
    /// <summary>Its length.</summary>
    public const int Length = 8;

    /// <summary>The largest number of a packet.</summary>
    public const long MaxNumber = (1L << 56) - 1;

    private const byte FirstByte = 0xC0;

    /// <summary>Whether bytes may be a packet.</summary>
    public static bool LooksLikePacket(ReadOnlySpan<byte> bytes) => bytes.Length > Length && (bytes[0] & 0xFE) == FirstByte;

    /// <summary>Writes one.</summary>
    public static void Write(Span<byte> bytes, int phase, long number) =>
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)(FirstByte | phase) << 56) | (ulong)number);

    /// <summary>Reads one.</summary>
    public static long Read(ReadOnlySpan<byte> bytes, out int phase)
    {
        phase = bytes[0] & 1;
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) & (ulong)MaxNumber);
    }
}
