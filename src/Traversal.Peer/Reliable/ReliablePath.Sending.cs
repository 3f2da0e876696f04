using Traversal.Peer.Reliable.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;
using Traversal.Primitives;

namespace Traversal.Peer.Reliable;

public sealed partial class ReliablePath
{
    private const int Overhead = PacketHeader.Length + PacketSeal.TagLength;

    private readonly Queue<Conversation> _ready = new();
    private readonly PathLength _lengths;
    private int _packetLength = ReliableLimits.BaseLength;
    private long _peerConversationLimit = ReliableLimits.MaxConversations, _toldConversationLimit = ReliableLimits.MaxConversations;
    private bool _isConversationLimitDue, _isCloseDue;
    private MonotonicTime _pacedUntil;

    /// <summary>Takes the next datagram to send; to be called until there is none after every other call.</summary>
    /// <param name="destination">Where it is written: at least <see cref="MaxDatagramLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="length">Its length.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeTransmit(Span<byte> destination, MonotonicTime now, out int length)
    {
        if (destination.Length < MaxDatagramLength) throw new ArgumentException($"At least {MaxDatagramLength} bytes.", nameof(destination));

        length = IsClosed ? TakeClose(destination) : Take(destination, now);
        return length > 0;
    }

    /// <summary>There may be something to send for a conversation.</summary>
    internal void WantsToSend(Conversation conversation)
    {
        if (conversation.IsQueued || IsClosed || !conversation.HasToSend) return;

        conversation.IsQueued = true;
        _ready.Enqueue(conversation);
    }

    private int Take(Span<byte> destination, MonotonicTime now)
    {
        if (_probesDue > 0) return TakeProbe(destination, now);

        bool mayCarry = BytesInFlight + _packetLength <= _control.Window && !_sentPackets.IsFull && _pacedUntil <= now + ReliableLimits.PacingSlack;
        if (mayCarry && _lengths.Next(now) is > 0 and int tried && _ready.Count > 0) return TakeLengthProbe(destination, tried, now);
        if (mayCarry && (PeekReady() || _isConversationLimitDue)) return TakePacket(destination[.._packetLength], mayCarry: true, now);
        if (_ready.Count == 0 && BytesInFlight + _packetLength <= _control.Window) _idleUntil = Math.Max(1, _delivered + BytesInFlight);
        return _acknowledgeAt <= now ? TakePacket(destination[.._packetLength], mayCarry: false, now) : 0;
    }

    // Conversations that had something to send, and have it no more, leave the queue.
    private bool PeekReady()
    {
        while (_ready.TryPeek(out Conversation? conversation))
        {
            if (conversation.HasToSend && !conversation.IsOver) return true;

            conversation.IsQueued = false;
            _ready.Dequeue();
        }

        return false;
    }

    private int TakePacket(Span<byte> destination, bool mayCarry, MonotonicTime now)
    {
        var writer = new FrameWriter(destination[PacketHeader.Length..^PacketSeal.TagLength]);
        long number = _sentPackets.Next;
        ref SentPacket packet = ref Begin(now);
        WriteAcknowledgement(ref writer, ref packet, now);
        if (mayCarry)
        {
            WriteConversations(ref writer, ref packet);
            if (PeekReady())
            {
                Conversation conversation = _ready.Dequeue();
                conversation.IsQueued = false;
                conversation.WriteTo(ref writer, ref packet);
                WantsToSend(conversation);
            }
        }

        return Finish(destination, ref packet, writer.Length, number, now);
    }

    private int TakeLengthProbe(Span<byte> destination, int length, MonotonicTime now)
    {
        long number = _sentPackets.Next;
        ref SentPacket packet = ref Begin(now);
        packet.Carried = Carried.LengthProbe;
        var writer = new FrameWriter(destination[PacketHeader.Length..(length - PacketSeal.TagLength)]);
        writer.Write(FrameType.Ping);
        writer.Take(writer.Room).Clear();
        _lengths.OnTried(length);
        return Finish(destination[..length], ref packet, writer.Length, number, now);
    }

    private int TakeClose(Span<byte> destination)
    {
        if (!_isCloseDue) return 0;

        _isCloseDue = false;
        var writer = new FrameWriter(destination[PacketHeader.Length..ReliableLimits.BaseLength]);
        writer.Write(FrameType.Close);
        writer.Write(CloseCode);
        return Seal(destination, writer.Length, _sentPackets.Next);
    }

    private ref SentPacket Begin(MonotonicTime now)
    {
        if (BytesInFlight == 0) (_firstSentAt, _deliveredAt) = (now, now);
        ref SentPacket packet = ref _sentPackets.Add();
        packet = default;
        packet.SentAt = now;
        packet.Acknowledges = -1;
        packet.Mark = new DeliveryMark(_delivered, _deliveredAt, _firstSentAt, _idleUntil > 0);
        return ref packet;
    }

    private int Finish(Span<byte> destination, ref SentPacket packet, int frames, long number, MonotonicTime now)
    {
        packet.Length = Seal(destination, frames, number);
        Counters.Sent++;
        if (packet.Carried == Carried.Nothing)
        {
            _sentPackets.Trim();
            return packet.Length;
        }

        if (BytesInFlight == 0) _awaitingSince = now;
        packet.State = SentPacketState.InFlight;
        BytesInFlight += packet.Length;
        _lastCarryingAt = now;
        Pace(packet.Length, now);
        return packet.Length;
    }

    private int Seal(Span<byte> destination, int frames, long number)
    {
        int length = PacketHeader.Length + frames + PacketSeal.TagLength;
        PacketHeader.Write(destination, _seals.SendingPhase, number);
        _seals.Seal(destination[..length], number);
        return length;
    }

    private void Pace(int length, MonotonicTime now)
    {
        double rate = _control.PacingRate;
        if (rate <= 0) return;

        TimeSpan credit = TimeSpan.FromSeconds(ReliableLimits.PacingBurst * _packetLength / rate);
        MonotonicTime earliest = now - (credit < ReliableLimits.PacingSlack ? credit : ReliableLimits.PacingSlack);
        if (_pacedUntil < earliest) _pacedUntil = earliest;
        _pacedUntil = new MonotonicTime(_pacedUntil.Nanoseconds + (long)(length / rate * 1e9));
    }

    private void WriteAcknowledgement(ref FrameWriter writer, ref SentPacket packet, MonotonicTime now)
    {
        _acknowledgeAt = MonotonicTime.Never;
        _unacknowledgedPackets = 0;
        if (_receivedPackets.IsEmpty) return;

        ReadOnlySpan<RangeSet.Range> ranges = _receivedPackets.Ranges;
        writer.Write(FrameType.Acknowledgement);
        writer.Write(packet.Acknowledges = ranges[^1].End - 1);
        writer.Write((now - _largestReceivedAt).Ticks / TimeSpan.TicksPerMicrosecond);
        writer.Write(ranges.Length - 1);
        writer.Write(ranges[^1].Length);
        for (int index = ranges.Length - 2; index >= 0; index--)
        {
            writer.Write(ranges[index + 1].Start - ranges[index].End);
            writer.Write(ranges[index].Length);
        }
    }

    private void WriteConversations(ref FrameWriter writer, ref SentPacket packet)
    {
        if (!_isConversationLimitDue) return;

        _isConversationLimitDue = false;
        _toldConversationLimit = OwnConversationLimit;
        writer.Write(FrameType.Conversations);
        writer.Write(_toldConversationLimit);
        packet.Carried |= Carried.Conversations;
    }

    private void UseLength()
    {
        _packetLength = _lengths.Current;
        _control.SetPacketLength(_packetLength);
    }
}
