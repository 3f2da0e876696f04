using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn;

/// <summary>Writes the attributes that RFC 8656 and RFC 6062 define. What does not fit makes the writer overflow, which sticks.</summary>
public static class TurnAttributeWriting
{
    /// <summary>Adds LIFETIME, in seconds (RFC 8656 section 18.2).</summary>
    public static void AddLifetime(this ref StunMessageWriter writer, uint seconds) => writer.AddUInt32(StunAttributeType.Lifetime, seconds);

    /// <summary>Adds REQUESTED-TRANSPORT (RFC 8656 section 18.8).</summary>
    public static void AddRequestedTransport(this ref StunMessageWriter writer, TransportProtocol protocol) =>
        writer.AddUInt32(StunAttributeType.RequestedTransport, (uint)protocol << 24);

    /// <summary>Adds REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6).</summary>
    public static void AddRequestedAddressFamily(this ref StunMessageWriter writer, IPFamily family) =>
        writer.AddUInt32(StunAttributeType.RequestedAddressFamily, (uint)family << 24);

    /// <summary>Adds ADDITIONAL-ADDRESS-FAMILY (RFC 8656 section 18.11).</summary>
    public static void AddAdditionalAddressFamily(this ref StunMessageWriter writer, IPFamily family) =>
        writer.AddUInt32(StunAttributeType.AdditionalAddressFamily, (uint)family << 24);

    /// <summary>Adds EVEN-PORT (RFC 8656 section 18.7).</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="reserveNext">Whether to ask that the next port be reserved: the R bit.</param>
    public static void AddEvenPort(this ref StunMessageWriter writer, bool reserveNext) =>
        writer.Add(StunAttributeType.EvenPort, [reserveNext ? (byte)0x80 : (byte)0]);

    /// <summary>Adds RESERVATION-TOKEN (RFC 8656 section 18.10).</summary>
    public static void AddReservationToken(this ref StunMessageWriter writer, ulong token) =>
        writer.AddUInt64(StunAttributeType.ReservationToken, token);

    /// <summary>Adds CHANNEL-NUMBER (RFC 8656 section 18.1).</summary>
    public static void AddChannelNumber(this ref StunMessageWriter writer, ChannelNumber channel) =>
        writer.AddUInt32(StunAttributeType.ChannelNumber, (uint)channel.Value << 16);

    /// <summary>Adds XOR-PEER-ADDRESS (RFC 8656 section 18.3).</summary>
    public static void AddPeerAddress(this ref StunMessageWriter writer, in TransportAddress peer) =>
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, in peer);

    /// <summary>Adds CONNECTION-ID (RFC 6062 section 6.2.1).</summary>
    public static void AddConnectionId(this ref StunMessageWriter writer, uint connection) =>
        writer.AddUInt32(StunAttributeType.ConnectionId, connection);

    /// <summary>Adds ADDRESS-ERROR-CODE without a reason phrase (RFC 8656 section 18.12).</summary>
    public static void AddAddressErrorCode(this ref StunMessageWriter writer, IPFamily family, StunErrorCode code)
    {
        (int hundreds, int number) = Math.DivRem((int)code, 100);
        writer.AddUInt32(StunAttributeType.AddressErrorCode, (uint)family << 24 | (uint)hundreds << 8 | (uint)number);
    }

    /// <summary>Adds ICMP (RFC 8656 section 18.13).</summary>
    public static void AddIcmp(this ref StunMessageWriter writer, IcmpError error)
    {
        if (!writer.TryReserve(StunAttributeType.Icmp, 8, out Span<byte> value)) return;
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)error.Type << 8 | error.Code);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], error.Mtu);
    }
}
