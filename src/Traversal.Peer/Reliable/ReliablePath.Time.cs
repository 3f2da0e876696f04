using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;
using Traversal.Primitives;

namespace Traversal.Peer.Reliable;

public sealed partial class ReliablePath
{
    private const int ProbesBeforeShorter = 2;

    private MonotonicTime _lastCarryingAt;
    private int _probes, _probesDue;

    // Since when something is on the way without a break.
    private MonotonicTime _awaitingSince;

    /// <summary>When to call <see cref="OnTime"/>.</summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            if (IsClosed) return MonotonicTime.Never;

            MonotonicTime next = MonotonicTime.Min(_acknowledgeAt, _lossAt);
            next = MonotonicTime.Min(next, ProbeAt);
            if (BytesInFlight > 0) next = MonotonicTime.Min(next, SilentAt);
            bool waitsForPace = _ready.Count > 0 && BytesInFlight + _packetLength <= _control.Window;
            return waitsForPace ? MonotonicTime.Min(next, _pacedUntil - ReliableLimits.PacingSlack) : next;
        }
    }

    private MonotonicTime SilentAt => (_heardAt > _awaitingSince ? _heardAt : _awaitingSince) + _options.Patience;

    /// <summary>RFC 9002 section 6.2: when nothing is heard of what is on the way, something is sent that the other side answers.</summary>
    private MonotonicTime ProbeAt
    {
        get
        {
            if (BytesInFlight == 0) return MonotonicTime.Never;

            TimeSpan wait = (_roundTrips.Timeout + ReliableLimits.AcknowledgementDelay) * (1 << Math.Min(_probes, 10));
            TimeSpan most = ReliableLimits.MaxProbeInterval > _roundTrips.Timeout * 2 ? ReliableLimits.MaxProbeInterval : _roundTrips.Timeout * 2;
            return _lastCarryingAt + (wait < most ? wait : most);
        }
    }

    /// <summary>Does what is due.</summary>
    public void OnTime(MonotonicTime now)
    {
        if (IsClosed) return;
        if (BytesInFlight > 0 && SilentAt <= now)
        {
            End(ReliableCloseReason.TimedOut, 0, isToTell: false);
            return;
        }

        if (_lossAt <= now)
        {
            _lostSinceSample += FindLost(now);
            Trim(now);
        }

        if (ProbeAt > now) return;

        // Perhaps it is only long packets that are not let through any more (RFC 8899 section 4.3).
        if (++_probes == ProbesBeforeShorter)
        {
            _lengths.Reset();
            UseLength();
        }

        _probesDue = _probes == 1 ? 1 : 2;
        _lastCarryingAt = now;
    }

    /// <summary>
    /// The path is another one: after a restart of ICE, or when a better pair was found. What is on the way counts as lost, and how fast and how long packets
    /// may be is found out anew.
    /// </summary>
    public void OnPathChanged(MonotonicTime now)
    {
        if (IsClosed) return;

        _roundTrips.Reset();
        _control.Reset();
        _lengths.Reset();
        UseLength();
        (_reorderedPackets, _reorderEighths) = (ReliableLimits.ReorderedPackets, 1);
        _pacedUntil = now;
        _idleUntil = 0;
        for (long number = _lowestInFlight; number < _sentPackets.Next; number++)
        {
            ref SentPacket packet = ref _sentPackets[number];
            if (packet.State == SentPacketState.InFlight) Lose(number, ref packet, now);
        }

        _lossAt = MonotonicTime.Never;
        (_probes, _probesDue) = (0, 0);
        Trim(now);

        // The other side is to find the new path too, whatever there is to send.
        _probesDue = 1;
    }

    /// <summary>
    /// Both sides know a secret that nobody else can, such as one that was sent inside of TLS. From when both have called this, whoever knew
    /// <see cref="ReliableOptions.Secret"/> can do no more than any stranger.
    /// </summary>
    /// <param name="secret">At least 16 bytes.</param>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public void Rekey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < 16) throw new ArgumentException("At least 16 bytes.", nameof(secret));
        _seals.Rekey(secret);
    }

    // Neither window nor pace holds a probe back: it carries what is likely to be missing, or asks for an answer.
    private int TakeProbe(Span<byte> destination, MonotonicTime now)
    {
        _probesDue--;
        if (!PeekReady()) OfferOldest();
        if (PeekReady()) return TakePacket(destination[.._packetLength], mayCarry: true, now);

        long number = _sentPackets.Next;
        ref SentPacket packet = ref Begin(now);
        var writer = new FrameWriter(destination[PacketHeader.Length..(_packetLength - PacketSeal.TagLength)]);
        WriteAcknowledgement(ref writer, ref packet, now);
        writer.Write(FrameType.Ping);
        packet.Carried = Carried.Ping;
        return Finish(destination, ref packet, writer.Length, number, now);
    }

    // What the oldest packet carried goes out once more, while that one still counts as on the way.
    private void OfferOldest()
    {
        for (long number = _lowestInFlight; number < _sentPackets.Next; number++)
        {
            ref SentPacket packet = ref _sentPackets[number];
            if (packet.State != SentPacketState.InFlight || packet.Conversation is not { } conversation) continue;

            conversation.OnLost(in packet);
            return;
        }
    }
}
