using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn;

/// <summary>Reads the attributes that RFC 8656 and RFC 6062 define, each with the length that its section demands. Nothing allocates or throws.</summary>
public static class TurnAttributes
{
    /// <summary>Reads LIFETIME, in seconds (RFC 8656 section 18.2).</summary>
    public static TurnAttributeStatus ReadLifetime(this scoped in StunMessage message, out uint seconds) =>
        ReadUInt32(in message, StunAttributeType.Lifetime, out seconds);

    /// <summary>Reads REQUESTED-TRANSPORT (RFC 8656 section 18.8).</summary>
    public static TurnAttributeStatus ReadRequestedTransport(this scoped in StunMessage message, out TransportProtocol protocol)
    {
        TurnAttributeStatus status = ReadUInt32(in message, StunAttributeType.RequestedTransport, out uint value);
        protocol = (TransportProtocol)(value >> 24);
        return status;
    }

    /// <summary>Reads REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6). The family may be one that does not exist.</summary>
    public static TurnAttributeStatus ReadRequestedAddressFamily(this scoped in StunMessage message, out IPFamily family) =>
        ReadFamily(in message, StunAttributeType.RequestedAddressFamily, out family);

    /// <summary>Reads ADDITIONAL-ADDRESS-FAMILY (RFC 8656 section 18.11). The family may be one that does not exist.</summary>
    public static TurnAttributeStatus ReadAdditionalAddressFamily(this scoped in StunMessage message, out IPFamily family) =>
        ReadFamily(in message, StunAttributeType.AdditionalAddressFamily, out family);

    /// <summary>
    /// Whether ADDITIONAL-ADDRESS-FAMILY stands there by its first number and asks for IPv6; anything else under that number is nothing.
    /// </summary>
    public static bool HasDraftAdditionalIPv6(this scoped in StunMessage message) =>
        ReadFamily(in message, StunAttributeType.DraftAdditionalAddressFamily, out IPFamily family) == TurnAttributeStatus.Present && family == IPFamily.IPv6;

    /// <summary>Reads EVEN-PORT (RFC 8656 section 18.7).</summary>
    /// <param name="message">The request.</param>
    /// <param name="reserveNext">Whether the next port is to be reserved: the R bit.</param>
    public static TurnAttributeStatus ReadEvenPort(this scoped in StunMessage message, out bool reserveNext)
    {
        reserveNext = false;
        if (!message.TryGet(StunAttributeType.EvenPort, out ReadOnlySpan<byte> value)) return TurnAttributeStatus.Absent;
        if (value.Length != 1) return TurnAttributeStatus.Malformed;

        reserveNext = (value[0] & 0x80) != 0;
        return TurnAttributeStatus.Present;
    }

    /// <summary>Reads RESERVATION-TOKEN (RFC 8656 section 18.10).</summary>
    public static TurnAttributeStatus ReadReservationToken(this scoped in StunMessage message, out ulong token)
    {
        token = 0;
        if (!message.TryGet(StunAttributeType.ReservationToken, out ReadOnlySpan<byte> value)) return TurnAttributeStatus.Absent;
        return BinaryPrimitives.TryReadUInt64BigEndian(value, out token) && value.Length == sizeof(ulong)
            ? TurnAttributeStatus.Present
            : TurnAttributeStatus.Malformed;
    }

    /// <summary>Reads CHANNEL-NUMBER (RFC 8656 section 18.1). The number may be one that cannot be bound.</summary>
    public static TurnAttributeStatus ReadChannelNumber(this scoped in StunMessage message, out ChannelNumber channel)
    {
        TurnAttributeStatus status = ReadUInt32(in message, StunAttributeType.ChannelNumber, out uint value);
        channel = new ChannelNumber((ushort)(value >> 16));
        return status;
    }

    /// <summary>Reads the first XOR-PEER-ADDRESS (RFC 8656 section 18.3).</summary>
    public static TurnAttributeStatus ReadPeerAddress(this scoped in StunMessage message, out TransportAddress peer)
    {
        peer = default;
        if (!message.TryGet(StunAttributeType.XorPeerAddress, out ReadOnlySpan<byte> value)) return TurnAttributeStatus.Absent;
        return message.TryReadXorAddress(value, out peer) ? TurnAttributeStatus.Present : TurnAttributeStatus.Malformed;
    }

    /// <summary>Reads CONNECTION-ID (RFC 6062 section 6.2.1).</summary>
    public static TurnAttributeStatus ReadConnectionId(this scoped in StunMessage message, out uint connection) =>
        ReadUInt32(in message, StunAttributeType.ConnectionId, out connection);

    /// <summary>Reads ADDRESS-ERROR-CODE: the family that could not be had, and why (RFC 8656 section 18.12).</summary>
    public static TurnAttributeStatus ReadAddressErrorCode(this scoped in StunMessage message, out IPFamily family, out StunErrorCode code)
    {
        family = IPFamily.None;
        code = StunErrorCode.None;
        if (!message.TryGet(StunAttributeType.AddressErrorCode, out ReadOnlySpan<byte> value)) return TurnAttributeStatus.Absent;
        if (value.Length < sizeof(uint) || value[3] > 99) return TurnAttributeStatus.Malformed;

        family = (IPFamily)value[0];
        code = (StunErrorCode)((value[2] & 7) * 100 + value[3]);
        return TurnAttributeStatus.Present;
    }

    /// <summary>Reads ICMP (RFC 8656 section 18.13).</summary>
    public static TurnAttributeStatus ReadIcmp(this scoped in StunMessage message, out IcmpError error)
    {
        TurnAttributeStatus status = TurnAttributeStatus.Absent;
        error = default;
        if (message.TryGet(StunAttributeType.Icmp, out ReadOnlySpan<byte> value))
        {
            status = value.Length == 8 ? TurnAttributeStatus.Present : TurnAttributeStatus.Malformed;
            if (status == TurnAttributeStatus.Present)
                error = new IcmpError(value[2], value[3], BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
        }

        return status;
    }

    private static TurnAttributeStatus ReadFamily(scoped in StunMessage message, StunAttributeType type, out IPFamily family)
    {
        TurnAttributeStatus status = ReadUInt32(in message, type, out uint value);
        family = (IPFamily)(value >> 24);
        return status;
    }

    private static TurnAttributeStatus ReadUInt32(scoped in StunMessage message, StunAttributeType type, out uint number)
    {
        number = 0;
        if (!message.TryGet(type, out ReadOnlySpan<byte> value)) return TurnAttributeStatus.Absent;
        if (value.Length != sizeof(uint)) return TurnAttributeStatus.Malformed;

        number = BinaryPrimitives.ReadUInt32BigEndian(value);
        return TurnAttributeStatus.Present;
    }
}
