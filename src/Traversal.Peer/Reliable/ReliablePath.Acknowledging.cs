using System.Diagnostics;
using Traversal.Peer.Reliable.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;
using Traversal.Primitives;

namespace Traversal.Peer.Reliable;

/// <content>What acknowledgements tell: what has come, what is lost (RFC 9002 section 6), and how fast the path is.</content>
public sealed partial class ReliablePath
{
    private const long NanosecondsPerMicrosecond = 1000;

    private readonly SentPackets _sentPackets = new();
    private readonly RoundTrips _roundTrips = new();
    private readonly CongestionControl _control;

    // Packets that were taken for lost, whose acknowledgement may still come.
    private readonly RangeSet _lostPackets = new();
    private long _lowestInFlight, _largestAcknowledged = -1;
    private long _delivered, _lostSinceSample;
    private MonotonicTime _deliveredAt, _firstSentAt;
    private long _idleUntil;
    private int _reorderedPackets = ReliableLimits.ReorderedPackets;
    private int _reorderEighths = 1;
    private MonotonicTime _lossAt = MonotonicTime.Never;

    private FramesVerdict ReadAcknowledgement(ref FrameReader frames, MonotonicTime now)
    {
        if (!frames.TryRead(out long largest) || !frames.TryRead(out long delay) || !frames.TryRead(out long more) || !frames.TryRead(out long length)) return FramesVerdict.Violation;
        if (largest >= _sentPackets.Next || more >= ReliableLimits.MaxAcknowledgedRanges) return FramesVerdict.Violation;

        var found = new Findings { NewestDelivered = -1, RoundTrip = TimeSpan.MinValue };
        long end = largest + 1, start = end - length;
        for (long range = 0; ; range++)
        {
            if (length < 1 || start < 0) return FramesVerdict.Violation;

            Acknowledge(start, end, largest, delay, now, ref found);
            if (range == more) break;
            if (!frames.TryRead(out long gap) || !frames.TryRead(out length) || gap < 1) return FramesVerdict.Violation;

            end = start - gap;
            start = end - length;
        }

        _largestAcknowledged = Math.Max(_largestAcknowledged, largest);
        _lostSinceSample += FindLost(now);
        if (found.Acknowledged > 0)
        {
            _probes = 0;
            _probesDue = 0;
            Learn(in found, now);
        }

        Trim(now);
        return FramesVerdict.Taken;
    }

    private struct Findings
    {
        public long Acknowledged;
        public long NewestDelivered;
        public DeliveryMark Newest;
        public MonotonicTime NewestSentAt;
        public TimeSpan RoundTrip;
    }

    private void Acknowledge(long start, long end, long largest, long delay, MonotonicTime now, ref Findings found)
    {
        for (long number = Math.Max(start, _lowestInFlight); number < end; number++)
        {
            ref SentPacket packet = ref _sentPackets[number];
            if (packet.State != SentPacketState.InFlight) continue;

            packet.State = SentPacketState.Done;
            BytesInFlight -= packet.Length;
            found.Acknowledged += packet.Length;
            _delivered += packet.Length;
            _deliveredAt = now;
            if (number == largest) found.RoundTrip = SampleRoundTrip(packet.SentAt, delay, now);
            if (packet.Mark.Delivered >= found.NewestDelivered)
                (found.NewestDelivered, found.Newest, found.NewestSentAt) = (packet.Mark.Delivered, packet.Mark, packet.SentAt);
            OnCome(in packet);
        }

        foreach (RangeSet.Range range in _lostPackets.Overlapping(start, end))
        {
            for (long number = Math.Max(range.Start, start); number < Math.Min(range.End, end); number++) OnLostInError(number);
        }

        _lostPackets.Remove(start, end);
    }

    private TimeSpan SampleRoundTrip(MonotonicTime sentAt, long delayMicroseconds, MonotonicTime now)
    {
        TimeSpan sample = now - sentAt;
        long most = ReliableLimits.MaxProbeInterval.Ticks / TimeSpan.TicksPerMicrosecond;
        var delay = new TimeSpan(Math.Min(delayMicroseconds, most) * TimeSpan.TicksPerMicrosecond);
        TimeSpan shortest = _control.ShortestRoundTrip < sample ? _control.ShortestRoundTrip : sample;
        _roundTrips.Add(sample, delay, shortest);
        return sample;
    }

    private void OnCome(in SentPacket packet)
    {
        if (packet.Acknowledges >= 0) ForgetReceived(packet.Acknowledges);
        _lengths.OnCome(packet.Length, packet.Carried.Has(Carried.LengthProbe));
        if (_lengths.Current != _packetLength) UseLength();
        packet.Conversation?.OnAcknowledged(in packet);
    }

    // What the other side knows to have come need not be told again. The newest stays, so that its number is known.
    private void ForgetReceived(long largest)
    {
        if (_receivedPackets.Count < 2 || largest < _receivedPackets.Ranges[0].End) return;

        long floor = Math.Min(largest, _receivedPackets.Ranges[^1].Start);
        _receivedFloor = Math.Max(_receivedFloor, floor);
        _receivedPackets.RemoveBelow(_receivedFloor);
    }

    // It was only late: others may be as late (RFC 8985 section 6.2).
    private void OnLostInError(long number)
    {
        ref SentPacket packet = ref _sentPackets[number];
        Debug.Assert(packet.State == SentPacketState.Lost, "Only lost packets are found again.");
        Counters.LostInError++;
        _reorderEighths = Math.Min(8, _reorderEighths * 2);
        _reorderedPackets = (int)Math.Min(SentPackets.MaxCount, Math.Max(_reorderedPackets, _largestAcknowledged - number + 1));
        packet.State = SentPacketState.Done;
        packet.Conversation?.OnAcknowledged(in packet);
    }

    private TimeSpan LossDelay
    {
        get
        {
            TimeSpan longer = _roundTrips.Latest > _roundTrips.Smoothed ? _roundTrips.Latest : _roundTrips.Smoothed;
            TimeSpan delay = longer + (longer * _reorderEighths / 8);
            return delay > TimeSpan.FromMilliseconds(1) ? delay : TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>RFC 9002 section 6.1: a packet is lost when ones that were sent well after it have come.</summary>
    private long FindLost(MonotonicTime now)
    {
        long lost = 0;
        _lossAt = MonotonicTime.Never;
        TimeSpan delay = LossDelay;
        for (long number = _lowestInFlight; number < _largestAcknowledged; number++)
        {
            ref SentPacket packet = ref _sentPackets[number];
            if (packet.State != SentPacketState.InFlight) continue;

            MonotonicTime lostAt = packet.SentAt + delay;
            if (lostAt > now && number > _largestAcknowledged - _reorderedPackets)
            {
                _lossAt = lostAt;
                break;
            }

            if (!packet.Carried.Has(Carried.LengthProbe)) lost += packet.Length;
            Lose(number, ref packet, now);
        }

        return lost;
    }

    private void Lose(long number, ref SentPacket packet, MonotonicTime now)
    {
        packet.State = SentPacketState.Lost;
        BytesInFlight -= packet.Length;
        Counters.Lost++;
        _lostPackets.Add(number, number + 1);
        _lengths.OnLost(packet.Length, packet.Carried.Has(Carried.LengthProbe), now);
        if (_lengths.Current != _packetLength) UseLength();
        _isConversationLimitDue |= packet.Carried.Has(Carried.Conversations);
        packet.Conversation?.OnLost(in packet);
    }

    private void Learn(in Findings found, MonotonicTime now)
    {
        // The slower of how fast the packets were sent and how fast they were acknowledged: acknowledgements may come together.
        TimeSpan sending = found.NewestSentAt - found.Newest.FirstSentAt, acknowledging = now - found.Newest.DeliveredAt;
        TimeSpan interval = sending > acknowledging ? sending : acknowledging;
        _firstSentAt = found.NewestSentAt;
        bool isReliable = interval > TimeSpan.Zero && interval >= (_control.ShortestRoundTrip == TimeSpan.MaxValue ? TimeSpan.Zero : _control.ShortestRoundTrip);
        double rate = isReliable ? (_delivered - found.Newest.Delivered) / interval.TotalSeconds : 0;
        _control.OnAcknowledged(new RateSample(
            rate, found.Newest.IsIdle, found.Newest.Delivered, _delivered, found.Acknowledged, _lostSinceSample, BytesInFlight,
            found.RoundTrip == TimeSpan.MinValue ? TimeSpan.FromTicks(-1) : found.RoundTrip, now));
        _lostSinceSample = 0;
        if (_delivered > _idleUntil) _idleUntil = 0;
    }

    private void Trim(MonotonicTime now)
    {
        while (_lowestInFlight < _sentPackets.Next && _sentPackets[_lowestInFlight].State != SentPacketState.InFlight) _lowestInFlight++;

        // After so long nothing is heard of a packet that was lost.
        TimeSpan late = _roundTrips.Timeout * 3;
        while (_sentPackets.First < _lowestInFlight && _sentPackets[_sentPackets.First] is { State: SentPacketState.Lost } packet && now - packet.SentAt > late)
        {
            _sentPackets[_sentPackets.First].State = SentPacketState.Done;
            _sentPackets.Trim();
        }

        _sentPackets.Trim();
        _lostPackets.RemoveBelow(_sentPackets.First);
    }
}
