using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Traversal.Primitives;

public readonly partial struct TransportAddress
{
    /// <summary>The longest that <see cref="WriteSocketAddress"/> writes: a <c>sockaddr_in6</c>.</summary>
    public const int MaxSocketAddressLength = IPv6SocketAddressLength;

    private const int IPv4SocketAddressLength = 16;
    private const int IPv6SocketAddressLength = 28;
    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int IPv6Offset = 8;
    private const int ScopeOffset = 24;
    private const int IPv4SocketFamily = 2;

    /// <summary>The operating system's number for IPv6; IPv4 is 2 everywhere.</summary>
    private static readonly int IPv6SocketFamily =
        OperatingSystem.IsWindows() ? 23
        : OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsMacCatalyst() ? 30
        : OperatingSystem.IsFreeBSD() ? 28
        : 10;

    /// <summary>Whether the structure starts with its length in one byte and the family in another, as BSD has it, or the family in two.</summary>
    private static readonly bool HasSocketAddressLength = IPv6SocketFamily is 28 or 30;

    /// <summary>Reads a <c>sockaddr_in</c> or <c>sockaddr_in6</c> as this operating system lays it out. The flow label is ignored.</summary>
    /// <returns>Whether it was one of the two and complete.</returns>
    public static bool TryReadSocketAddress(ReadOnlySpan<byte> socketAddress, out TransportAddress result)
    {
        result = default;
        if (socketAddress.Length < IPv4SocketAddressLength) return false;

        int family = HasSocketAddressLength ? socketAddress[1] : MemoryMarshal.Read<ushort>(socketAddress);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(socketAddress[PortOffset..]);
        if (family == IPv4SocketFamily)
        {
            result = FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(socketAddress[IPv4Offset..]), port);
            return true;
        }

        if (family != IPv6SocketFamily || socketAddress.Length < IPv6SocketAddressLength) return false;

        result = FromIPv6(
            BinaryPrimitives.ReadUInt64BigEndian(socketAddress[IPv6Offset..]),
            BinaryPrimitives.ReadUInt64BigEndian(socketAddress[(IPv6Offset + sizeof(ulong))..]),
            port,
            MemoryMarshal.Read<uint>(socketAddress[ScopeOffset..]));
        return true;
    }

    /// <summary>Writes a <c>sockaddr_in</c> or <c>sockaddr_in6</c> as this operating system lays it out.</summary>
    /// <returns>The bytes written: 16, 28, or 0 for the default value.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int WriteSocketAddress(Span<byte> destination)
    {
        if (IsNone) return 0;

        int length = IsIPv4 ? IPv4SocketAddressLength : IPv6SocketAddressLength;
        if (destination.Length < length) throw new ArgumentException("The destination is shorter than the socket address.", nameof(destination));

        destination = destination[..length];
        destination.Clear();
        ushort family = (ushort)(IsIPv4 ? IPv4SocketFamily : IPv6SocketFamily);
        if (HasSocketAddressLength)
        {
            destination[0] = (byte)length;
            destination[1] = (byte)family;
        }
        else
        {
            MemoryMarshal.Write(destination, family);
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[PortOffset..], Port);
        WriteAddressBytes(destination[(IsIPv4 ? IPv4Offset : IPv6Offset)..]);
        if (IsIPv6) MemoryMarshal.Write(destination[ScopeOffset..], Scope);
        return length;
    }
}
