using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>Memory for a <c>sockaddr_in</c> or a <c>sockaddr_in6</c> on a little-endian machine, 32 bytes so that it stays in one cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketName
{
    /// <summary>The most that the kernel may write.</summary>
    public const uint MaxLength = IPv6Length;

    private const uint IPv4Length = 16;
    private const uint IPv6Length = 28;
    private const ushort IPv4Family = 2;
    private const ushort IPv6Family = 10;

    // IPv4: family, port and address are the first eight bytes. IPv6: family, port, flow label; address; scope.
    private ulong _head;
    private ulong _addressHigh;
    private ulong _addressLow;
    private ulong _scope;

    /// <summary>How many bytes of it count.</summary>
    public readonly uint Length => (ushort)_head == IPv4Family ? IPv4Length : IPv6Length;

    public static int FamilyOf(in TransportAddress address) => address.IsIPv4 ? IPv4Family : IPv6Family;

    public void Write(in TransportAddress address)
    {
        ulong port = (ulong)BinaryPrimitives.ReverseEndianness(address.Port) << 16;
        if (address.IsIPv4)
        {
            _head = IPv4Family | port | (ulong)BinaryPrimitives.ReverseEndianness(address.IPv4Bits) << 32;
            _addressHigh = 0;
            return;
        }

        _head = IPv6Family | port;
        _addressHigh = BinaryPrimitives.ReverseEndianness(address.HighBits);
        _addressLow = BinaryPrimitives.ReverseEndianness(address.LowBits);
        _scope = address.Scope;
    }

    public readonly TransportAddress Read()
    {
        ushort port = BinaryPrimitives.ReverseEndianness((ushort)(_head >> 16));
        return (ushort)_head == IPv4Family
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReverseEndianness((uint)(_head >> 32)), port)
            : TransportAddress.FromIPv6(
                BinaryPrimitives.ReverseEndianness(_addressHigh), BinaryPrimitives.ReverseEndianness(_addressLow), port, (uint)_scope).Unmapped();
    }
}
