using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

public sealed partial class TurnAllocation
{
    /// <summary>Handles what came from the server: a datagram, or the frame of a stream without its padding (see <see cref="TurnFrame"/>).</summary>
    /// <param name="message">The bytes, which stay as they are: data of a peer is found in them.</param>
    /// <param name="now">The present.</param>
    public TurnArrival OnMessage(ReadOnlySpan<byte> message, MonotonicTime now)
    {
        if (State == TurnAllocationState.Ended) return Drop(TurnClientCounter.DroppedUnexpected);
        if (ChannelData.LooksLikeChannelData(message)) return OnChannelData(message, now);
        if (StunMessage.TryParse(message, out StunMessage stun) != StunParseStatus.Ok || (stun.HasFingerprint && !stun.IsFingerprintValid()))
            return Drop(TurnClientCounter.DroppedMalformed);

        return stun.Class switch
        {
            StunClass.SuccessResponse or StunClass.ErrorResponse => OnResponse(in stun, now),
            StunClass.Indication when stun.Method == StunMethod.Data => OnData(in stun, message, now),
            StunClass.Indication when stun.Method == StunMethod.ConnectionAttempt => OnConnectionAttempt(in stun, now),
            _ => Drop(TurnClientCounter.DroppedUnexpected),
        };
    }

    /// <summary>Receiving a ChannelData message (RFC 8656 section 12.6). The channel is good from the request on (its section 12).</summary>
    private TurnArrival OnChannelData(ReadOnlySpan<byte> message, MonotonicTime now)
    {
        if (!ChannelData.TryRead(message, out ChannelNumber number, out int length)) return Drop(TurnClientCounter.DroppedMalformed);
        if (!_channels.TryFind(number, out int slot) || !_channels[slot].IsActive(now)) return Drop(TurnClientCounter.DroppedUnknownPeer);

        return Deliver(in _channels[slot].Peer, ChannelData.HeaderLength, length, now);
    }

    /// <summary>Receiving a Data indication with DATA (RFC 8656 section 11.4), or with an ICMP error (its section 11.6).</summary>
    private TurnArrival OnData(scoped in StunMessage indication, ReadOnlySpan<byte> message, MonotonicTime now)
    {
        if (!TryReadData(in indication, message, out TransportAddress peer, out int offset, out int length)) return Drop(TurnClientCounter.DroppedMalformed);
        if (!_permissions.TryFind(in peer, out int slot) || !_permissions[slot].IsActive(now)) return Drop(TurnClientCounter.DroppedUnknownPeer);

        TurnAttributeStatus status = indication.ReadIcmp(out IcmpError error);
        if (offset > 0 && status == TurnAttributeStatus.Absent) return Deliver(in peer, offset, length, now);
        return offset == 0 && status == TurnAttributeStatus.Present
            ? new TurnArrival(TurnArrivalKind.PathError, peer) { Error = error }
            : Drop(TurnClientCounter.DroppedMalformed);
    }

    private static bool TryReadData(
        scoped in StunMessage indication, ReadOnlySpan<byte> message, out TransportAddress peer, out int offset, out int length)
    {
        peer = default;
        offset = length = 0;
        int position = StunMessage.HeaderLength;
        foreach (StunAttribute attribute in indication)
        {
            int start = position + StunMessage.AttributeHeaderLength;
            position = start + (attribute.Value.Length + 3 & ~3);
            switch (attribute.Type)
            {
                case StunAttributeType.XorPeerAddress when peer.IsNone:
                    if (!indication.TryReadXorAddress(attribute.Value, out peer)) return false;
                    break;

                case StunAttributeType.Data when offset == 0:
                    (offset, length) = (start, attribute.Value.Length);
                    break;

                case StunAttributeType.XorPeerAddress or StunAttributeType.Data:
                    break;

                default:
                    if (attribute.IsComprehensionRequired && attribute.Type != StunAttributeType.MessageIntegrity) return false;
                    break;
            }
        }

        return !peer.IsNone && position <= message.Length;
    }

    private TurnArrival Deliver(in TransportAddress peer, int offset, int length, MonotonicTime now)
    {
        _heardAt = now;
        Counters.Add(TurnClientCounter.PacketsReceived);
        return new TurnArrival(TurnArrivalKind.Data, peer, offset, length);
    }
}
