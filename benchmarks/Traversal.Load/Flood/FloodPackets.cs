using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Load.Flood;

/// <summary>Writes the packets of a flood, no two of them alike.</summary>
internal sealed class FloodPackets(FloodOptions options, ushort answerPort)
{
    public const int MaxLength = 512;

    /// <summary>What IPv4 and UDP put in front of a datagram.</summary>
    public const int IPv4AndUdpLength = IPv4Length + UdpLength;

    /// <summary>What IPv6 and UDP put in front of a datagram.</summary>
    public const int IPv6AndUdpLength = 40 + UdpLength;

    private const int IPv4Length = 20, UdpLength = 8;
    private const byte IPv4WithoutOptions = 0x45, HopLimit = 64, UdpProtocol = 17;
    private const int MaxGarbage = 256;

    private readonly RandomSource _random = RandomSource.Seeded((ulong)Stopwatch.GetTimestamp());
    private readonly uint _forgedBase = BinaryPrimitives.ReadUInt32BigEndian(options.ForgedNetwork.BaseAddress.GetAddressBytes());
    private readonly uint _forgedHosts = (uint)(uint.MaxValue >> options.ForgedNetwork.PrefixLength);

    /// <summary>Writes the next packet: a datagram, or one with its IP header where the source is forged. Returns its length.</summary>
    public int Write(Span<byte> destination) => options.Kind switch
    {
        FloodKind.Garbage => WriteGarbage(destination),
        FloodKind.Allocate => WriteAllocate(destination),
        _ => WriteForged(destination),
    };

    private int WriteGarbage(Span<byte> destination)
    {
        int length = 1 + _random.Next(MaxGarbage);
        _random.Fill(destination[..length]);
        return length;
    }

    private int WriteAllocate(Span<byte> destination)
    {
        var writer = new StunMessageWriter(destination, StunClass.Request, StunMethod.Allocate, TransactionId.Create(_random));
        writer.AddRequestedTransport(TransportProtocol.Udp);
        return writer.Finish();
    }

    private int WriteForged(Span<byte> destination)
    {
        int length = WriteAllocate(destination[IPv4AndUdpLength..]);
        Span<byte> ip = destination[..IPv4Length];
        Span<byte> udp = destination.Slice(IPv4Length, UdpLength);
        ip.Clear();

        // The kernel writes length, identification and checksum; UDP over IPv4 may do without one (RFC 768).
        ip[0] = IPv4WithoutOptions;
        ip[8] = HopLimit;
        ip[9] = UdpProtocol;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], _forgedBase | (_random.NextUInt32() & _forgedHosts));
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], options.Server.IPv4Bits);
        BinaryPrimitives.WriteUInt16BigEndian(udp, answerPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], options.Server.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpLength + length));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], 0);
        return IPv4AndUdpLength + length;
    }
}
