using Traversal.Peer.Reliable.Buffers;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;
using Traversal.Primitives;

namespace Traversal.Peer.Reliable;

public sealed partial class ReliablePath
{
    private readonly PathSeals _seals;
    private readonly RangeSet _receivedPackets = new();

    // Packets below are not told from such that have come.
    private long _receivedFloor;
    private MonotonicTime _largestReceivedAt;
    private MonotonicTime _acknowledgeAt = MonotonicTime.Never;
    private int _unacknowledgedPackets;
    private MonotonicTime _heardAt;

    /// <summary>Whether a datagram may be of a path: its first byte is none that STUN, DTLS, TURN or RTP begins with (RFC 7983).</summary>
    public static bool LooksLikeSegment(ReadOnlySpan<byte> datagram) => PacketHeader.LooksLikePacket(datagram);

    /// <summary>Handles a datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="now">The present.</param>
    public ReliableArrival OnDatagram(ReadOnlySpan<byte> datagram, MonotonicTime now)
    {
        if (IsClosed) return ReliableArrival.Closed;
        if (!LooksLikeSegment(datagram) || datagram.Length <= PacketHeader.Length + PacketSeal.TagLength) return ReliableArrival.NotSegment;

        long number = PacketHeader.Read(datagram, out int phase);
        if (!_seals.IsSealed(datagram, phase, number))
        {
            Counters.Forged++;
            return ReliableArrival.Forged;
        }

        if (number < _receivedFloor || _receivedPackets.Contains(number))
        {
            Counters.Replayed++;
            if (_unacknowledgedPackets == 0) _acknowledgeAt = MonotonicTime.Min(_acknowledgeAt, now + ReliableLimits.AcknowledgementDelay);
            return ReliableArrival.Replayed;
        }

        _heardAt = now;
        var frames = new FrameReader(datagram[PacketHeader.Length..^PacketSeal.TagLength]);
        switch (ReadFrames(ref frames, now, out bool wantsAcknowledgement))
        {
            case FramesVerdict.Violation:
                End(ReliableCloseReason.ProtocolViolation, 0, isToTell: true);
                return ReliableArrival.Closed;
            case FramesVerdict.Refused:
                Counters.Refused++;
                return ReliableArrival.Refused;
        }

        Counters.Received++;
        Note(number, wantsAcknowledgement, now);
        return ReliableArrival.Handled;
    }

    private void Note(long number, bool wantsAcknowledgement, MonotonicTime now)
    {
        bool isInOrder = _receivedPackets.IsEmpty ? number == _receivedFloor : number == _receivedPackets.End;
        if (_receivedPackets.IsEmpty || number >= _receivedPackets.End) _largestReceivedAt = now;
        _receivedPackets.Add(number, number + 1);
        while (_receivedPackets.Count > ReliableLimits.MaxAcknowledgedRanges)
        {
            _receivedFloor = _receivedPackets.Ranges[0].End;
            _receivedPackets.RemoveFirst();
        }

        if (!wantsAcknowledgement) return;

        // What is out of order is told at once, so that what is missing is sent again soon (RFC 9000 section 13.2.1).
        _unacknowledgedPackets++;
        _acknowledgeAt = !isInOrder || _unacknowledgedPackets >= ReliableLimits.PacketsPerAcknowledgement
            ? now
            : MonotonicTime.Min(_acknowledgeAt, now + ReliableLimits.AcknowledgementDelay);
    }

    private enum FramesVerdict : byte
    {
        Taken,
        Refused,
        Violation,
    }

    private FramesVerdict ReadFrames(ref FrameReader frames, MonotonicTime now, out bool wantsAcknowledgement)
    {
        wantsAcknowledgement = false;
        while (frames.HasMore && !IsClosed)
        {
            FrameType type = frames.ReadType();
            if (type == FrameType.Padding) break;

            wantsAcknowledgement |= type is not (FrameType.Acknowledgement or FrameType.Close);
            FramesVerdict verdict = type switch
            {
                FrameType.Ping => FramesVerdict.Taken,
                FrameType.Acknowledgement => ReadAcknowledgement(ref frames, now),
                FrameType.Data or FrameType.LastData => ReadData(ref frames, type == FrameType.LastData),
                FrameType.Window => ReadWindow(ref frames),
                FrameType.Reset => ReadReset(ref frames),
                FrameType.Stop => ReadStop(ref frames),
                FrameType.Conversations => ReadConversations(ref frames),
                FrameType.Close => ReadClose(ref frames),
                _ => FramesVerdict.Violation,
            };
            if (verdict != FramesVerdict.Taken) return verdict;
        }

        return FramesVerdict.Taken;
    }

    private FramesVerdict ReadData(ref FrameReader frames, bool isLast)
    {
        if (!frames.TryRead(out long id) || !frames.TryRead(out long offset) || !frames.TryRead(out long length)) return FramesVerdict.Violation;
        if (!frames.TryRead(length, out ReadOnlySpan<byte> bytes) || !TryFind(id, out Conversation? conversation)) return FramesVerdict.Violation;
        if (conversation is null) return FramesVerdict.Taken;

        bool isTaken = conversation.TryReceive(offset, bytes, isLast, out bool isAllowed);
        return isTaken ? FramesVerdict.Taken : isAllowed ? FramesVerdict.Refused : FramesVerdict.Violation;
    }

    private FramesVerdict ReadWindow(ref FrameReader frames)
    {
        if (!frames.TryRead(out long id) || !frames.TryRead(out long limit) || !TryFind(id, out Conversation? conversation)) return FramesVerdict.Violation;

        conversation?.OnWindow(limit);
        return FramesVerdict.Taken;
    }

    private FramesVerdict ReadReset(ref FrameReader frames)
    {
        if (!frames.TryRead(out long id) || !frames.TryRead(out long code) || !frames.TryRead(out long end)) return FramesVerdict.Violation;
        if (!TryFind(id, out Conversation? conversation)) return FramesVerdict.Violation;
        return conversation is null || conversation.OnReset(code, end) ? FramesVerdict.Taken : FramesVerdict.Violation;
    }

    private FramesVerdict ReadStop(ref FrameReader frames)
    {
        if (!frames.TryRead(out long id) || !frames.TryRead(out long code) || !TryFind(id, out Conversation? conversation)) return FramesVerdict.Violation;

        conversation?.OnStop(code);
        return FramesVerdict.Taken;
    }

    private FramesVerdict ReadConversations(ref FrameReader frames)
    {
        if (!frames.TryRead(out long limit)) return FramesVerdict.Violation;

        _peerConversationLimit = Math.Max(_peerConversationLimit, limit);
        return FramesVerdict.Taken;
    }

    private FramesVerdict ReadClose(ref FrameReader frames)
    {
        if (!frames.TryRead(out long code)) return FramesVerdict.Violation;

        End(ReliableCloseReason.ClosedByPeer, code, isToTell: false);
        return FramesVerdict.Taken;
    }

    /// <summary>Finds a conversation, which opens it where it is the other side's to open; null where it is over.</summary>
    /// <returns>False where there can be no such conversation.</returns>
    private bool TryFind(long id, out Conversation? conversation)
    {
        if (_conversations.TryGetValue(id, out conversation)) return true;
        if ((id & 1) == (_firstOwnId & 1)) return id < _nextOwnId;
        if (id < _nextPeerId) return true;
        if ((id - _firstPeerId) / 2 >= _toldConversationLimit) return false;

        // Those before it were opened too; their packets are still on the way.
        for (; _nextPeerId <= id; _nextPeerId += 2)
        {
            conversation = new Conversation(this, _nextPeerId);
            _conversations.Add(_nextPeerId, conversation);
            Raise(conversation, ReliableEventKind.Opened);
        }

        return true;
    }
}
