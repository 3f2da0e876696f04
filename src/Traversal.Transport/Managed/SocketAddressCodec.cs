using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>Converts between the framework's socket address, a buffer in the platform's layout, and ours, without allocating.</summary>
internal static class SocketAddressCodec
{
    // sockaddr_in: family (2), port (2), address (4), zeros (8). sockaddr_in6: family (2), port (2), flow (4), address (16), scope (4).
    // The family takes two bytes or a length and one byte, by platform; SocketAddress writes it when it is made and the kernel when it receives.
    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int FlowOffset = 4;
    private const int IPv6Offset = 8;
    private const int ScopeOffset = 24;

    public static AddressFamily FamilyOf(in TransportAddress address) =>
        address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    /// <summary>An address to receive into or to send to; exactly as long as the family needs, or the framework compares it wrongly.</summary>
    public static SocketAddress NewBuffer(AddressFamily family) => new(family, SocketAddress.GetMaximumAddressSize(family));

    public static TransportAddress Read(SocketAddress source)
    {
        ReadOnlySpan<byte> bytes = source.Buffer.Span[..source.Size];
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
        if (source.Family == AddressFamily.InterNetwork)
        {
            return TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[IPv4Offset..]), port);
        }

        uint scope = BitConverter.ToUInt32(bytes[ScopeOffset..]);
        return TransportAddress.FromBytes(bytes.Slice(IPv6Offset, 16), port).WithScope(scope).Unmapped();
    }

    /// <summary>Writes an address of the buffer's own family.</summary>
    public static void Write(in TransportAddress source, SocketAddress destination)
    {
        Span<byte> bytes = destination.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortOffset..], source.Port);
        if (source.IsIPv4)
        {
            source.WriteAddressBytes(bytes[IPv4Offset..]);
            return;
        }

        bytes.Slice(FlowOffset, 4).Clear();
        source.WriteAddressBytes(bytes[IPv6Offset..]);
        BitConverter.TryWriteBytes(bytes[ScopeOffset..], source.Scope);
    }

    private static TransportAddress WithScope(this in TransportAddress address, uint scope) =>
        scope == 0 ? address : TransportAddress.FromIPv6(address.HighBits, address.LowBits, address.Port, scope);
}
