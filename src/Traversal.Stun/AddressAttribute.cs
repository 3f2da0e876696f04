using System.Buffers.Binary;
using Traversal.Primitives;

namespace Traversal.Stun;

/// <summary>The value of MAPPED-ADDRESS and its relatives (RFC 8489 sections 14.1 and 14.2).</summary>
internal static class AddressAttribute
{
    public const int IPv4Length = 8;
    public const int IPv6Length = 20;

    private const ushort CookiePort = (ushort)(StunMessage.MagicCookie >> 16);

    public static int LengthOf(in TransportAddress address) => address.IsIPv6 ? IPv6Length : IPv4Length;

    public static bool TryRead(ReadOnlySpan<byte> value, out TransportAddress address) => TryRead(value, 0, 0, 0, out address);

    public static bool TryReadXor(ReadOnlySpan<byte> value, TransactionId id, out TransportAddress address) =>
        TryRead(value, CookiePort, HighMask(id), LowMask(id), out address);

    /// <summary>Writes an address in the clear into a value of <see cref="LengthOf"/> bytes.</summary>
    public static void Write(in TransportAddress address, Span<byte> value) => Write(in address, 0, 0, 0, value);

    /// <summary>Writes an address behind the cookie and <paramref name="id"/> into a value of <see cref="LengthOf"/> bytes.</summary>
    public static void WriteXor(in TransportAddress address, TransactionId id, Span<byte> value) =>
        Write(in address, CookiePort, HighMask(id), LowMask(id), value);

    // The mask of an IPv6 address is the cookie and the transaction id in a row; that of an IPv4 address is its first word.
    private static ulong HighMask(TransactionId id) => (ulong)StunMessage.MagicCookie << 32 | id.High >> 32;

    private static ulong LowMask(TransactionId id) => id.High << 32 | id.Low;

    private static bool TryRead(ReadOnlySpan<byte> value, ushort portMask, ulong highMask, ulong lowMask, out TransportAddress address)
    {
        // The first byte is ignored (RFC 8489 section 14.1).
        if (value.Length == IPv4Length && value[1] == (byte)IPFamily.IPv4)
        {
            uint bits = BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ (uint)(highMask >> 32);
            address = TransportAddress.FromIPv4(bits, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ portMask));
            return true;
        }

        if (value.Length == IPv6Length && value[1] == (byte)IPFamily.IPv6)
        {
            address = TransportAddress.FromIPv6(
                BinaryPrimitives.ReadUInt64BigEndian(value[4..]) ^ highMask,
                BinaryPrimitives.ReadUInt64BigEndian(value[12..]) ^ lowMask,
                (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ portMask));
            return true;
        }

        address = default;
        return false;
    }

    private static void Write(in TransportAddress address, ushort portMask, ulong highMask, ulong lowMask, Span<byte> value)
    {
        value[0] = 0;
        value[1] = (byte)address.Family;
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ portMask));
        if (address.IsIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(value[4..], address.HighBits ^ highMask);
            BinaryPrimitives.WriteUInt64BigEndian(value[12..], address.LowBits ^ lowMask);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], address.IPv4Bits ^ (uint)(highMask >> 32));
        }
    }
}
