using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    private const ushort DataIndicationType = 0x0017; // Method Data, class indication (RFC 8656 section 17).
    private const int IPv4AddressLength = 8, IPv6AddressLength = 20;
    private const int MaxDatagram = ushort.MaxValue;

    // Ids of Data indications: nobody answers them, so they need only differ.
    private ulong _indicationIds;

    /// <summary>Handles what came to a relay socket from a peer (RFC 8656 section 11.3).</summary>
    /// <param name="allocation">The handle in the command that opened the socket.</param>
    /// <param name="peer">The source.</param>
    /// <param name="packetWithHeadroom"><see cref="Headroom"/> bytes of room, in which the header is written, and the datagram behind them.</param>
    /// <param name="now">The present.</param>
    /// <param name="header">What its IP header said, where that is copied; else the default.</param>
    /// <exception cref="ArgumentException">There is no headroom.</exception>
    [MethodImpl(DataPath)]
    public RelayVerdict OnPeerDatagram(
        int allocation, in TransportAddress peer, Span<byte> packetWithHeadroom, in Clock now, in IPHeader header = default)
    {
        if (packetWithHeadroom.Length < Headroom) throw new ArgumentException("The headroom is missing.", nameof(packetWithHeadroom));

        _incoming = header;
        ref Allocation owner = ref _allocations.TryFind(allocation, out int index);
        if (index == NoSlot) return Drop(RelayCounter.DroppedNoAllocation);

        int length = packetWithHeadroom.Length - Headroom;
        return ToClient(ref owner, index, in peer, packetWithHeadroom, Headroom, length, [], now.Now);
    }

    /// <summary>Relays data to a client, as ChannelData where a channel is bound, else as a Data indication.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="index">Its slot.</param>
    /// <param name="peer">Where the data comes from.</param>
    /// <param name="buffer">The data with room in front.</param>
    /// <param name="offset">Where the data begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="reply">Where the message is built when there is too little room in front; may be empty when there is <see cref="Headroom"/>.</param>
    /// <param name="now">The present.</param>
    [MethodImpl(DataPath)]
    private RelayVerdict ToClient(
        ref Allocation allocation, int index, in TransportAddress peer, Span<byte> buffer, int offset, int length, Span<byte> reply, MonotonicTime now)
    {
        if (allocation.Phase != AllocationPhase.Live || ExpiryTowards(in allocation, in peer) <= now) return Drop(RelayCounter.DroppedNoAllocation);

        if (_incoming.IsSpent) return Drop(RelayCounter.DroppedHopLimit);

        ref Channel channel = ref _channels.Find(ref allocation, index, in peer);
        if (!Unsafe.IsNullRef(ref channel))
        {
            if (channel.PermittedUntil <= now) return Drop(RelayCounter.DroppedNoPermission);
            if (channel.ExpiresAt > now)
            {
                if (!TryCountToClient(ref allocation, length, now)) return Drop(RelayCounter.DroppedOverRate);
                return ToClientByChannel(in allocation, channel.Number, buffer, offset, length, reply);
            }
        }

        int permissionIndex = _permissions.Find(index, in peer);
        if (permissionIndex == NoSlot) return Drop(RelayCounter.DroppedNoPermission);

        ref Permission permission = ref _permissions[permissionIndex];
        if (permission.ExpiresAt <= now) return Drop(RelayCounter.DroppedNoPermission);
        if (permission.ChecksPorts && RouteTo(in peer, out _, out _) == PeerRoute.Refused) return Drop(RelayCounter.DroppedByPolicy);
        if (!TryCountToClient(ref allocation, length, now)) return Drop(RelayCounter.DroppedOverRate);
        return ToClientByIndication(in allocation, in peer, buffer, offset, length, reply);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryCountToClient(ref Allocation allocation, int length, MonotonicTime now)
    {
        if (!allocation.IsExempt && !TrySpend(ref allocation, length, now)) return false;

        allocation.PacketsToClient++;
        allocation.BytesToClient += length;
        _counters.Add(RelayCounter.PacketsToClients);
        _counters.Add(RelayCounter.BytesToClients, length);
        return true;
    }

    // RFC 8656 section 12.5: padded on a stream only.
    [MethodImpl(DataPath)]
    private RelayVerdict ToClientByChannel(
        ref readonly Allocation allocation, ChannelNumber number, Span<byte> buffer, int offset, int length, Span<byte> reply)
    {
        int padding = allocation.IsStream ? -length & 3 : 0;
        if (padding == 0 && offset >= ChannelData.HeaderLength && length <= MaxDatagram - ChannelData.HeaderLength)
        {
            offset -= ChannelData.HeaderLength;
            ChannelData.WriteHeader(buffer[offset..], number, length);
            return ForwardToClient(in allocation, RelayAction.Forward, offset, ChannelData.HeaderLength + length);
        }

        Span<byte> message = Frame(buffer, offset, length, ChannelData.HeaderLength, padding, reply, out RelayAction action, out int start);
        if (message.IsEmpty) return Drop(RelayCounter.DroppedTooLong);

        ChannelData.WriteHeader(message, number, length);
        return Deliver(in allocation, action, start, message.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RelayVerdict ToClientByIndication(
        ref readonly Allocation allocation, in TransportAddress peer, Span<byte> buffer, int offset, int length, Span<byte> reply)
    {
        int addressLength = peer.IsIPv6 ? IPv6AddressLength : IPv4AddressLength;
        int dataHeader = StunMessage.HeaderLength + StunMessage.AttributeHeaderLength + addressLength;
        int headerLength = dataHeader + StunMessage.AttributeHeaderLength;
        Span<byte> message = Frame(buffer, offset, length, headerLength, -length & 3, reply, out RelayAction action, out int start);
        if (message.IsEmpty) return Drop(RelayCounter.DroppedTooLong);

        BinaryPrimitives.WriteUInt16BigEndian(message, DataIndicationType);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(message.Length - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], StunMessage.MagicCookie);
        BinaryPrimitives.WriteUInt64BigEndian(message[8..], ++_indicationIds);
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], (uint)allocation.Handle);
        WritePeer(message[StunMessage.HeaderLength..], in peer, addressLength, message.Slice(4, 16));
        BinaryPrimitives.WriteUInt32BigEndian(message[dataHeader..], (uint)StunAttributeType.Data << 16 | (uint)length);
        return Deliver(in allocation, action, start, message.Length);
    }

    /// <summary>XOR-PEER-ADDRESS: hidden by the cookie and the transaction id, which stand in a row (RFC 8489 section 14.2).</summary>
    private static void WritePeer(Span<byte> attribute, in TransportAddress peer, int addressLength, ReadOnlySpan<byte> mask)
    {
        BinaryPrimitives.WriteUInt32BigEndian(attribute, (uint)StunAttributeType.XorPeerAddress << 16 | (uint)addressLength);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[4..], (ushort)peer.Family);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[6..], (ushort)(peer.Port ^ StunMessage.MagicCookie >> 16));
        if (peer.IsIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(attribute[8..], peer.HighBits ^ BinaryPrimitives.ReadUInt64BigEndian(mask));
            BinaryPrimitives.WriteUInt64BigEndian(attribute[16..], peer.LowBits ^ BinaryPrimitives.ReadUInt64BigEndian(mask[8..]));
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(attribute[8..], peer.IPv4Bits ^ StunMessage.MagicCookie);
        }
    }

    // A peer may send a datagram so long that with a header it is none any more.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RelayVerdict Deliver(ref readonly Allocation allocation, RelayAction action, int start, int length)
    {
        if (!allocation.IsStream && length > MaxDatagram) return Drop(RelayCounter.DroppedTooLong);
        return ForwardToClient(in allocation, action, start, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RelayVerdict ForwardToClient(ref readonly Allocation allocation, RelayAction action, int start, int length) =>
        new(action, allocation.Via, allocation.Client, start, length) { Header = _incoming.Forwarded };

    /// <summary>
    /// Makes a message of data: header in front, zeros behind. There is no room behind the data, so for padding it moves forward; where there is no
    /// room in front either, it is copied into the reply.
    /// </summary>
    private static Span<byte> Frame(
        Span<byte> buffer, int offset, int length, int headerLength, int padding, Span<byte> reply, out RelayAction action, out int start)
    {
        int total = headerLength + length + padding;
        Span<byte> data = buffer.Slice(offset, length);
        start = offset - padding - headerLength;
        Span<byte> message;
        if (start >= 0)
        {
            action = RelayAction.Forward;
            message = buffer.Slice(start, total);
        }
        else
        {
            action = RelayAction.Reply;
            start = 0;
            message = total <= reply.Length ? reply[..total] : default;
        }

        // The length fields have 16 bits.
        if (message.IsEmpty || length + headerLength + padding - StunMessage.HeaderLength > ushort.MaxValue) return default;
        if (padding > 0 || action == RelayAction.Reply) data.CopyTo(message[headerLength..]);
        message[(headerLength + length)..].Clear();
        return message;
    }
}
