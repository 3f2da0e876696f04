using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>Data to peers (RFC 8656 sections 11.1 and 12.4).</content>
public sealed partial class TurnAllocation
{
    /// <summary>The bytes in front of the data, into which a header is written.</summary>
    public const int Headroom = 64;

    /// <summary>The bytes behind the data, into which padding is written.</summary>
    public const int Tailroom = 3;

    private const int MaxSendData = 0xFF00; // A STUN message has a length of 16 bits.

    // Ids of Send indications: nobody answers them, so they need only differ.
    private ulong _indicationIds;

    /// <summary>
    /// Makes a message of data for a peer, in place: ChannelData where a channel is bound, else a Send indication. For a peer that is new the server is asked
    /// first; what is sent before it has answered would be lost, and is not made.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="packet"><see cref="Headroom"/> bytes of room, the data, and <see cref="Tailroom"/> bytes of room at least.</param>
    /// <param name="dataLength">The length of the data; 0 is an empty datagram.</param>
    /// <param name="now">The present.</param>
    /// <param name="offset">Where the message begins in the packet.</param>
    /// <param name="length">How long it is; 0 where there is none.</param>
    /// <param name="dontFragment">
    /// Whether the server is to send it whole or not at all; such data goes in a Send indication (RFC 8656 section 11.1) and
    /// <see cref="TurnAllocationOptions.DontFragment"/> must have been wished.
    /// </param>
    /// <exception cref="ArgumentException">There is no room in front of the data or behind it.</exception>
    public TurnWrapStatus TryWrap(
        in TransportAddress peer, Span<byte> packet, int dataLength, MonotonicTime now, out int offset, out int length, bool dontFragment = false)
    {
        if (dataLength < 0 || packet.Length - Headroom - Tailroom < dataLength)
            throw new ArgumentException("The room in front of the data or behind it is missing.", nameof(packet));

        if (!dontFragment && CanSend && dataLength <= ChannelData.MaxDataLength && _channels.TryFind(in peer, out int slot) && _channels[slot].IsOpen(now))
        {
            offset = Headroom - ChannelData.HeaderLength;
            length = WriteChannelData(slot, packet[offset..], dataLength);
            Counters.Add(TurnClientCounter.PacketsSent);
            return TurnWrapStatus.Ready;
        }

        offset = length = 0;
        TurnWrapStatus status = MayIndicate(in peer, dataLength, now, dontFragment);
        if (status != TurnWrapStatus.Ready) return status;

        offset = WriteIndication(in peer, packet, dataLength, dontFragment, out length);
        Counters.Add(TurnClientCounter.PacketsSent);
        return TurnWrapStatus.Ready;
    }

    // On a new path nothing is sent before the server has answered there (RFC 8016 section 3.2.2).
    private bool CanSend => State == TurnAllocationState.Allocated && !_isMoving;

    private int WriteChannelData(int slot, Span<byte> message, int dataLength)
    {
        ChannelData.WriteHeader(message, _channels.NumberOf(slot), dataLength);
        int end = ChannelData.HeaderLength + dataLength;
        if (!_options.IsStream) return end;

        int padded = ChannelData.StreamLength(dataLength);
        message[end..padded].Clear();
        return padded;
    }

    private TurnWrapStatus MayIndicate(in TransportAddress peer, int dataLength, MonotonicTime now, bool dontFragment)
    {
        if (!CanSend) return TurnWrapStatus.NoAllocation;
        if (_options.RelaysConnections) return TurnWrapStatus.WrongFamily;
        if (dontFragment && !CanForbidFragments) return TurnWrapStatus.NoDontFragment;
        if (dataLength > MaxSendData) return TurnWrapStatus.TooLong;

        TurnWrapStatus status = Want(in peer, now, out int slot);
        if (status != TurnWrapStatus.Pending) return status;
        if (_permissions[slot].IsRefused) return TurnWrapStatus.Refused;

        bool hasChannel = _options.BindChannels && TryWantChannel(in peer, now);
        if (_permissions[slot].IsGranted(now)) return TurnWrapStatus.Ready;
        if (!hasChannel) AskForPermission(slot, now);
        return _options.SendsAhead ? TurnWrapStatus.Ready : TurnWrapStatus.Pending;
    }

    private int WriteIndication(in TransportAddress peer, Span<byte> packet, int dataLength, bool dontFragment, out int length)
    {
        int header = StunMessage.HeaderLength + 2 * StunMessage.AttributeHeaderLength + (peer.IsIPv6 ? 20 : 8) +
            (dontFragment ? StunMessage.AttributeHeaderLength : 0);
        int start = Headroom - header, padded = dataLength + 3 & ~3;

        Span<byte> id = stackalloc byte[TransactionId.Length];
        BinaryPrimitives.WriteUInt64BigEndian(id, ++_indicationIds);
        BinaryPrimitives.WriteUInt32BigEndian(id[8..], (uint)(_indicationIds >> 16));
        var writer = new StunMessageWriter(packet[start..(Headroom - StunMessage.AttributeHeaderLength)], StunClass.Indication, StunMethod.Send, TransactionId.Read(id));
        writer.AddPeerAddress(in peer);
        if (dontFragment) writer.AddEmpty(StunAttributeType.DontFragment);
        writer.Finish();

        // DATA stands there already.
        BinaryPrimitives.WriteUInt16BigEndian(packet[(start + 2)..], (ushort)(header + padded - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(packet[(Headroom - 4)..], (uint)StunAttributeType.Data << 16 | (uint)dataLength);
        packet.Slice(Headroom + dataLength, padded - dataLength).Clear();
        length = header + padded;
        return start;
    }
}
