using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;

namespace Traversal.Primitives;

/// <summary>
/// An IP address and a port as a 24-byte value: the key of every table and the destination of every packet. Comparing, hashing,
/// formatting and converting it allocate nothing.
/// </summary>
/// <remarks>
/// An IPv4 address and its IPv4-mapped IPv6 form are different values; the edge that receives packets normalises with
/// <see cref="Unmapped"/>. The transport protocol is not part of the value.
/// </remarks>
public readonly partial struct TransportAddress : ITableKey<TransportAddress>
{
    private static readonly HashSeed ProcessSeed = HashSeed.Create(RandomSource.System);

    // IPv6: the address as two big-endian halves. IPv4: the address in the low 32 bits of _low.
    private readonly ulong _high;
    private readonly ulong _low;

    // Where a number that is hashed too begins, above port and family.
    private const int NumberShift = 24;

    // Scope, port and family in one number, so that comparing and hashing look at three: bits 32-63, 8-23 and 0-7.
    private readonly ulong _rest;

    private TransportAddress(IPFamily family, ulong high, ulong low, ushort port, uint scope)
    {
        _high = high;
        _low = low;
        _rest = (ulong)scope << 32 | (uint)port << 8 | (byte)family;
    }

    /// <summary>The IP version; <see cref="IPFamily.None"/> for the default value.</summary>
    public IPFamily Family => (IPFamily)(byte)_rest;

    /// <summary>The port, in host order.</summary>
    public ushort Port => (ushort)(_rest >> 8);

    /// <summary>The interface index of a link-local IPv6 address; 0 where there is none.</summary>
    public uint Scope => (uint)(_rest >> 32);

    /// <summary>Whether this is the default value, which is no address.</summary>
    public bool IsNone => Family == IPFamily.None;

    /// <summary>Whether the address is IPv4.</summary>
    public bool IsIPv4 => Family == IPFamily.IPv4;

    /// <summary>Whether the address is IPv6.</summary>
    public bool IsIPv6 => Family == IPFamily.IPv6;

    /// <summary>The IPv4 address as a number in host order (127.0.0.1 is 0x7F000001); 0 for other families.</summary>
    public uint IPv4Bits => IsIPv4 ? (uint)_low : 0;

    /// <summary>The upper 64 bits of an IPv6 address in host order; 0 for IPv4.</summary>
    public ulong HighBits => _high;

    /// <summary>The lower 64 bits of an IPv6 address in host order, or the IPv4 address.</summary>
    public ulong LowBits => _low;

    /// <summary>The length of the IP address in bytes: 4, 16, or 0 for the default value.</summary>
    public int AddressLength => Family switch { IPFamily.IPv4 => 4, IPFamily.IPv6 => 16, _ => 0 };

    /// <summary>Whether the IP address is all zeros, as in a wildcard listener.</summary>
    public bool IsUnspecified => (_high | _low) == 0;

    /// <summary>Whether the IP address is 127.0.0.0/8, ::1, or one of the former mapped into IPv6.</summary>
    public bool IsLoopback
    {
        get
        {
            TransportAddress plain = Unmapped();
            return plain.IsIPv4 ? plain._low >> 24 == 127 : plain is { IsIPv6: true, _high: 0, _low: 1 };
        }
    }

    /// <summary>Whether the address is IPv4-mapped IPv6 (::ffff:0:0/96).</summary>
    public bool IsIPv4Mapped => IsIPv6 && _high == 0 && _low >> 32 == 0xFFFF;

    /// <summary>An IPv4 address.</summary>
    /// <param name="address">The address in host order: 127.0.0.1 is 0x7F000001.</param>
    /// <param name="port">The port in host order.</param>
    public static TransportAddress FromIPv4(uint address, ushort port) => new(IPFamily.IPv4, 0, address, port, 0);

    /// <summary>An IPv6 address.</summary>
    /// <param name="high">The upper 64 bits in host order.</param>
    /// <param name="low">The lower 64 bits in host order.</param>
    /// <param name="port">The port in host order.</param>
    /// <param name="scope">The interface index of a link-local address, else 0.</param>
    public static TransportAddress FromIPv6(ulong high, ulong low, ushort port, uint scope = 0) =>
        new(IPFamily.IPv6, high, low, port, scope);

    /// <summary>Reads 4 or 16 address bytes in network order.</summary>
    /// <exception cref="ArgumentException"><paramref name="address"/> has another length.</exception>
    public static TransportAddress FromBytes(ReadOnlySpan<byte> address, ushort port) => address.Length switch
    {
        4 => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address), port),
        16 => FromIPv6(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port),
        _ => throw new ArgumentException("An IP address has 4 or 16 bytes.", nameof(address)),
    };

    /// <summary>Converts from the framework's type, for configuration and public API; not for the packet path.</summary>
    public static TransportAddress From(IPAddress address, ushort port)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        TransportAddress result = FromBytes(bytes[..length], port);
        return length == 16 && address.ScopeId != 0 ? FromIPv6(result._high, result._low, port, (uint)address.ScopeId) : result;
    }

    /// <inheritdoc cref="From(IPAddress, ushort)"/>
    public static TransportAddress From(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return From(endpoint.Address, (ushort)endpoint.Port);
    }

    /// <summary>The same address with another port.</summary>
    public TransportAddress WithPort(ushort port) => new(Family, _high, _low, port, Scope);

    /// <summary>The IPv4 address inside an IPv4-mapped IPv6 one; any other address unchanged.</summary>
    public TransportAddress Unmapped() => IsIPv4Mapped ? FromIPv4((uint)_low, Port) : this;

    /// <summary>The IPv4-mapped IPv6 form, for a dual-mode socket; an IPv6 address unchanged.</summary>
    public TransportAddress Mapped() => IsIPv4 ? FromIPv6(0, 0xFFFF_0000_0000 | _low, Port) : this;

    /// <summary>Whether both have the same IP address and scope, whatever the ports.</summary>
    public bool HasSameAddress(in TransportAddress other) =>
        Equals(other.WithPort(Port));

    /// <summary>Writes the IP address in network order.</summary>
    /// <returns>The bytes written: 4, 16, or 0 for the default value.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int WriteAddressBytes(Span<byte> destination)
    {
        if (destination.Length < AddressLength) throw new ArgumentException("The destination is shorter than the address.", nameof(destination));

        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        }
        else if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        }

        return AddressLength;
    }

    /// <summary>Converts to the framework's type; allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteAddressBytes(bytes);
        return length == 16 ? new IPAddress(bytes, Scope) : new IPAddress(bytes[..Math.Max(length, 4)]);
    }

    /// <summary>Converts to the framework's type; allocates.</summary>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(TransportAddress other) => Equals(in other);

    /// <inheritdoc cref="Equals(TransportAddress)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(in TransportAddress other) =>
        ((_high ^ other._high) | (_low ^ other._low) | (_rest ^ other._rest)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TransportAddress other && Equals(in other);

    /// <summary>A hash that is the same for the life of the process and differs from one process to the next.</summary>
    public override int GetHashCode() => (int)Hash(in ProcessSeed);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in HashSeed seed) => seed.Hash(_high, _low, _rest);

    /// <summary>
    /// Hashes the address together with a number, for keys that consist of both. They share a word, so that it costs no more than the address alone;
    /// only link-local addresses of different scopes, which no sender chooses, could be made to meet.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in HashSeed seed, uint number) => seed.Hash(_high, _low, _rest ^ (ulong)number << NumberShift);

    /// <summary>Whether the two are the same address, scope and port.</summary>
    public static bool operator ==(in TransportAddress left, in TransportAddress right) => left.Equals(in right);

    /// <summary>Whether the two differ in address, scope or port.</summary>
    public static bool operator !=(in TransportAddress left, in TransportAddress right) => !left.Equals(in right);
}
