using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>
/// How fast to send, and how much at once: a model of the path's bandwidth and round trip after the ideas of BBR (Cardwell et al., "BBR: Congestion-Based
/// Congestion Control", 2016; draft-ietf-ccwg-bbr). Alone on a link, it sends as fast as is delivered and probes for more at times; where others keep a queue
/// filled, it keeps a share of that queue.
/// </summary>
internal sealed class CongestionControl(RandomSource random)
{
    /// <summary>The window before anything is known, in packets.</summary>
    public const int InitialPackets = 32;

    private const double BurstSeconds = 0.001;
    private const int MaxBurst = 128 * 1024;

    private const int MinPackets = 4;

    /// <summary>2 / ln 2: the least that doubles what is sent each round.</summary>
    private const double StartupGain = 2.885;

    /// <summary>How often delivery has not grown by a quarter before startup ends.</summary>
    private const int FullRounds = 3;

    private const double FullGrowth = 1.25;

    /// <summary>A little less than what is delivered, so that queues drain.</summary>
    private const double PacingMargin = 0.99;

    /// <summary>For how many round trips at most the path is not probed; how many is left to chance.</summary>
    private const int MostCruiseRounds = 4;

    /// <summary>After how many rounds with a queue it is not ours alone: probing and draining take fewer.</summary>
    private const int SharedRounds = 5;

    /// <summary>The same where it was not ours alone a moment ago.</summary>
    private const int SharedRoundsAgain = 2;

    /// <summary>Whoever sends a quarter more is given so much more only where its share of the link is less than a third or the link is not full.</summary>
    private const double MuchGrowth = 1.08;

    private const int MostUpRounds = 4;

    private const int Up = 0, Down = 1, Level = 2;

    private static readonly double[] CruiseGains = [1.25, 0.75, 1];

    /// <summary>For how long at least others are believed to be there; at most twice as long.</summary>
    private static readonly TimeSpan ShareTime = TimeSpan.FromSeconds(6);

    private readonly RoundMaximum _bandwidth = new();
    private readonly RoundTripFloor _floor = new(random);
    private readonly RoundWatch _rounds = new();
    private readonly LossBound _bound = new();
    private readonly QueueShare _share = new();
    private int _packetLength = ReliableLimits.BaseLength;
    private long _window = InitialPackets * ReliableLimits.BaseLength;

    private double _fullBandwidth;
    private int _fullRounds;
    private bool _isFull;

    private int _cruiseStep;
    private int _cruiseStepRounds = 1;
    private int _upRounds = 1;
    private double _bandwidthBeforeUp;
    private MonotonicTime _cruiseStepAt;

    // What was delivered in the last round of a shared link: that is our share, and the greatest of several rounds is too much.
    private double _sharedRate;
    private int _queuedRounds;
    private MonotonicTime _shareEndsAt;

    private CongestionPhase _phaseBeforeProbe;
    private MonotonicTime _probeEndsAt;
    private bool _isAfterProbe;

    /// <summary>What is done.</summary>
    public CongestionPhase Phase { get; private set; }

    /// <summary>How many bytes may be on the way.</summary>
    public long Window => Phase == CongestionPhase.ProbeRoundTrip ? Math.Min(_window, Math.Max(LeastWindow, (long)(Held / 2))) : Math.Max(_window, Burst);

    // What is sent, received and acknowledged at once where the path is fast and short: what a round trip of microseconds holds is less, and each packet by itself
    // would cost several calls of the system.
    private long Burst => (long)Math.Min(_bandwidth.Value * BurstSeconds, MaxBurst);

    /// <summary>How fast to send, in bytes a second; 0 before anything is known.</summary>
    public double PacingRate => Math.Max(_bandwidth.Value * PacingGain * PacingMargin, LeastRate);

    /// <summary>How fast the path delivers, in bytes a second.</summary>
    public double Bandwidth => _bandwidth.Value;

    /// <summary>The shortest round trip of late; <see cref="TimeSpan.MaxValue"/> before the first.</summary>
    public TimeSpan ShortestRoundTrip => _floor.Value;

    // A few packets each round trip, whatever one unlucky sample says; and at first as many as may be on the way, since what little was to be sent until then tells
    // nothing of the path.
    private double LeastRate => ShortestRoundTrip == TimeSpan.MaxValue ? 0 : (Phase == CongestionPhase.Startup ? InitialPackets * _packetLength : LeastWindow) / _floor.Seconds;

    private long LeastWindow => MinPackets * _packetLength;

    /// <summary>What the path holds without a queue.</summary>
    private double Held => ShortestRoundTrip == TimeSpan.MaxValue ? 0 : _bandwidth.Value * _floor.Seconds;

    private bool IsFilling => Phase is CongestionPhase.Startup or CongestionPhase.Drain;

    // On a shared link the window says how much is sent.
    private double PacingGain => Phase switch
    {
        CongestionPhase.Startup => StartupGain,
        CongestionPhase.Drain => 1 / StartupGain,
        CongestionPhase.ProbeRoundTrip => 1,
        CongestionPhase.Share => CruiseGains[Up],
        _ => CruiseGains[_cruiseStep],
    };

    /// <summary>Packets are so long from now on.</summary>
    public void SetPacketLength(int length) => _packetLength = length;

    /// <summary>An acknowledgement has come.</summary>
    public void OnAcknowledged(in RateSample sample)
    {
        bool isNewRound = _rounds.IsOver(in sample, out Round round);
        if (isNewRound) OnRound(in round);
        if (sample.BytesPerSecond > 0 && (!sample.IsIdle || sample.BytesPerSecond >= _bandwidth.Value)) _bandwidth.Add(sample.BytesPerSecond);
        if (isNewRound && !sample.IsIdle) WatchFullness();
        if (sample.RoundTrip >= TimeSpan.Zero) _floor.Add(sample.RoundTrip, sample.At);
        Advance(in sample);
        SetWindow(in sample);
    }

    /// <summary>Another path: nothing that was learned holds.</summary>
    public void Reset()
    {
        _bandwidth.Reset();
        _floor.Reset();
        _rounds.Reset();
        _bound.Reset();
        _window = InitialPackets * _packetLength;
        (_fullBandwidth, _fullRounds, _isFull) = (0, 0, false);
        (_queuedRounds, _isAfterProbe, _upRounds) = (0, false, 1);
        Phase = CongestionPhase.Startup;
    }

    private void OnRound(in Round round)
    {
        bool isQueued = _floor.HasQueue(round.Shortest);
        if (Phase != CongestionPhase.ProbeRoundTrip && !_isAfterProbe)
        {
            _bandwidth.NextRound();
            WatchQueue(in round, isQueued);
        }

        _isAfterProbe &= Phase == CongestionPhase.ProbeRoundTrip;
        long least = IsFilling ? LeastWindow : Math.Max((long)Held, LeastWindow);
        _bound.OnRound(in round, _window, Held, least, _packetLength, isQueued && !IsFilling ? QueueShare.At(_bandwidth.Value) : null);
        if (Phase == CongestionPhase.Startup && _fullRounds > 0 && LossBound.IsFull(in round, _packetLength)) _isFull = true;
    }

    // Where a queue stands though we have sent less for a while, it is not ours alone.
    private void WatchQueue(in Round round, bool isQueued)
    {
        _queuedRounds = isQueued ? _queuedRounds + 1 : 0;
        if (Phase == CongestionPhase.Cruise && _queuedRounds >= SharedRounds) EnterShare(in round);
        else if (Phase == CongestionPhase.Share && (!isQueued || round.EndedAt >= _shareEndsAt)) LeaveShare(round.EndedAt);
        else if (Phase == CongestionPhase.Share) _share.Add(_floor.QueueOf(round.Shortest));

        _sharedRate = round.Seconds > 0 && !round.IsIdle ? round.Acknowledged / round.Seconds : _bandwidth.Value;
    }

    private void EnterShare(in Round round)
    {
        Phase = CongestionPhase.Share;
        _share.Begin(_floor.QueueOf(round.Shortest));
        _shareEndsAt = round.EndedAt + (ShareTime * (1 + (random.Next(256) / 256.0)));
    }

    // The others may be gone: sending less shows whether the queue does without us.
    private void LeaveShare(MonotonicTime now)
    {
        Phase = CongestionPhase.Cruise;
        _bandwidthBeforeUp = _bandwidth.Value;
        BeginStep(Down, now);
        _queuedRounds = SharedRounds - SharedRoundsAgain;
    }

    private void WatchFullness()
    {
        if (_isFull) return;
        if (_bandwidth.Value >= _fullBandwidth * FullGrowth)
        {
            (_fullBandwidth, _fullRounds) = (_bandwidth.Value, 0);
            return;
        }

        _isFull = ++_fullRounds >= FullRounds;
    }

    private void Advance(in RateSample sample)
    {
        switch (Phase)
        {
            case CongestionPhase.Startup when _isFull:
                Phase = CongestionPhase.Drain;
                break;
            case CongestionPhase.Drain when sample.InFlight <= Held:
                EnterCruise(sample.At);
                break;
            case CongestionPhase.Cruise or CongestionPhase.Share when _floor.IsStale(sample.At):
                BeginProbe(in sample);
                break;
            case CongestionPhase.Cruise when IsStepOver(in sample):
                BeginStep(NextStep(), sample.At);
                break;
            case CongestionPhase.ProbeRoundTrip when sample.At >= _probeEndsAt:
                EndProbe(sample.At);
                break;
        }
    }

    private void BeginProbe(in RateSample sample)
    {
        _phaseBeforeProbe = Phase;
        _probeEndsAt = sample.At + (_floor.HasQueue(sample.RoundTrip) ? sample.RoundTrip * 2 : ShortestRoundTrip * 2);
        _floor.BeginProbe();
        Phase = CongestionPhase.ProbeRoundTrip;
    }

    // The round in which less was sent says nothing about the share.
    private void EndProbe(MonotonicTime now)
    {
        _floor.EndProbe(now);
        _isAfterProbe = true;
        if (_phaseBeforeProbe == CongestionPhase.Share) Phase = CongestionPhase.Share;
        else EnterCruise(now);
    }

    // Two who share a path are to probe at different times: then one gains what the other loses, and the smaller one more.
    private void EnterCruise(MonotonicTime now)
    {
        Phase = CongestionPhase.Cruise;
        BeginStep(Level, now);
    }

    // What is sent more has come: where that was not at the cost of a link that is ours for the most part, there is more.
    private int NextStep()
    {
        if (_cruiseStep != Down) return (_cruiseStep + 1) % CruiseGains.Length;

        bool hasMore = _bandwidth.Value > _bandwidthBeforeUp * MuchGrowth;
        _upRounds = hasMore ? Math.Min(_upRounds * 2, MostUpRounds) : 1;
        return hasMore ? Up : Level;
    }

    private void BeginStep(int step, MonotonicTime now)
    {
        if (step == Up) _bandwidthBeforeUp = _bandwidth.Value;
        _cruiseStep = step;
        _cruiseStepAt = now;
        _cruiseStepRounds = step switch
        {
            Up => _upRounds,
            Down => 1,
            _ => 1 + random.Next(MostCruiseRounds),
        };
    }

    private bool IsStepOver(in RateSample sample)
    {
        bool hasLasted = (sample.At - _cruiseStepAt).TotalSeconds > _floor.Seconds * _cruiseStepRounds;
        return _cruiseStep switch
        {
            Up => hasLasted && (sample.Lost > 0 || sample.InFlight + sample.Acknowledged >= CruiseGains[Up] * Held),
            Down => hasLasted || sample.InFlight <= Held,
            _ => hasLasted,
        };
    }

    private void SetWindow(in RateSample sample)
    {
        if (Phase == CongestionPhase.ProbeRoundTrip) return;

        double held = Phase == CongestionPhase.Share ? Math.Min(Held, _sharedRate * _floor.Seconds) : Held;
        double rate = held / _floor.Seconds;
        double gain = Phase switch
        {
            CongestionPhase.Startup or CongestionPhase.Drain => StartupGain,
            CongestionPhase.Share => 1 + _share.ExcessAt(rate),
            _ => Math.Max(CruiseGains[Up], 1 + QueueShare.At(rate)),
        };
        long target = (long)(held * gain) + (3 * _packetLength);
        if (_isFull) _window = Math.Min(_window + sample.Acknowledged, target);
        else if (_window < target) _window += sample.Acknowledged;
        _window = Math.Max(Math.Min(_window, _bound.Value), LeastWindow);
    }
}
