using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>
/// How fast to send, and how much at once: a model of the path's bandwidth and round trip after the ideas of BBR (Cardwell et al., "BBR: Congestion-Based
/// Congestion Control", 2016; draft-ietf-ccwg-bbr). Packets that are lost by chance do not slow it down; a path that loses a tenth of a round is taken to be
/// full.
/// </summary>
internal sealed class CongestionControl(RandomSource random)
{
    /// <summary>The window before anything is known, in packets.</summary>
    public const int InitialPackets = 32;

    private const int MinPackets = 4;

    /// <summary>2 / ln 2: the least that doubles what is sent each round.</summary>
    private const double StartupGain = 2.885;

    /// <summary>How often delivery has not grown by a quarter before startup ends.</summary>
    private const int FullRounds = 3;

    private const double FullGrowth = 1.25;

    /// <summary>The window as a multiple of what the path holds: as much as probing for more takes.</summary>
    private const double WindowGain = 1.25;

    /// <summary>
    /// Times the packets that the path holds to the power of two thirds: what the window has beyond that multiple. Of two who share a link it is relatively more
    /// for the smaller one, which grows at the cost of the larger one until both are equal.
    /// </summary>
    private const double Fairness = 1.5;

    /// <summary>A little less than what is delivered, so that queues drain.</summary>
    private const double PacingMargin = 0.99;

    /// <summary>Of a round that loses more than this, the path holds less than was sent.</summary>
    private const double FullLoss = 0.1;

    /// <summary>A round trip that is never shorter than this times the shortest has a queue in it: others send too, or we have too much on the way.</summary>
    private const double StandingQueue = 1.1;

    /// <summary>For how many round trips at most the path is not probed; how many is left to chance.</summary>
    private const int MostCruiseRounds = 4;

    private static readonly double[] CruiseGains = [1.25, 0.75, 1];

    /// <summary>How long a shortest round trip is believed.</summary>
    private static readonly TimeSpan RoundTripLifetime = TimeSpan.FromSeconds(10);

    private readonly RoundMaximum _bandwidth = new();
    private int _packetLength = ReliableLimits.BaseLength;
    private long _window = InitialPackets * ReliableLimits.BaseLength;
    private long _windowBeforeProbe;
    private long _bound = long.MaxValue;
    private long _roundEndsAt, _roundAcknowledged, _roundLost;
    private MonotonicTime _roundBeganAt;
    private TimeSpan _roundShortest = TimeSpan.MaxValue;

    // What was delivered in the last round, where there was a queue: then it is the share of the link, and the greatest of several rounds is too much.
    private double? _queuedRate;
    private double _fullBandwidth;
    private int _fullRounds;
    private bool _isFull;
    private int _cruiseStep;
    private int _cruiseStepRounds = 1;
    private MonotonicTime _cruiseStepAt;
    private MonotonicTime _shortestAt;
    private MonotonicTime _probeEndsAt = MonotonicTime.Never;

    /// <summary>What is done.</summary>
    public CongestionPhase Phase { get; private set; }

    /// <summary>How many bytes may be on the way.</summary>
    public long Window => Phase == CongestionPhase.ProbeRoundTrip ? Math.Min(_window, ProbeWindow) : _window;

    /// <summary>How fast to send, in bytes a second; 0 before anything is known.</summary>
    public double PacingRate => Math.Max(_bandwidth.Value * PacingGain * PacingMargin, LeastRate);

    /// <summary>How fast the path delivers, in bytes a second.</summary>
    public double Bandwidth => _bandwidth.Value;

    /// <summary>The shortest round trip of late; <see cref="TimeSpan.MaxValue"/> before the first.</summary>
    public TimeSpan ShortestRoundTrip { get; private set; } = TimeSpan.MaxValue;

    // A few packets each round trip, whatever one unlucky sample says.
    private double LeastRate => ShortestRoundTrip == TimeSpan.MaxValue ? 0 : MinPackets * _packetLength / Math.Max(ShortestRoundTrip.TotalSeconds, 1e-4);

    private double PacingGain => Phase switch
    {
        CongestionPhase.Startup => StartupGain,
        CongestionPhase.Drain => 1 / StartupGain,
        CongestionPhase.ProbeRoundTrip => 1,
        _ => CruiseGains[_cruiseStep],
    };

    private long ProbeWindow => Math.Max(MinPackets * _packetLength, (long)(Held / 2));

    /// <summary>What the path holds without a queue.</summary>
    private double Held => ShortestRoundTrip == TimeSpan.MaxValue ? 0 : _bandwidth.Value * ShortestRoundTrip.TotalSeconds;

    /// <summary>Packets are so long from now on.</summary>
    public void SetPacketLength(int length) => _packetLength = length;

    /// <summary>An acknowledgement has come.</summary>
    public void OnAcknowledged(in RateSample sample)
    {
        bool isNewRound = WatchRound(in sample);
        if (sample.BytesPerSecond > 0 && (!sample.IsIdle || sample.BytesPerSecond >= _bandwidth.Value)) _bandwidth.Add(sample.BytesPerSecond);
        if (isNewRound && !sample.IsIdle) WatchFullness();
        WatchRoundTrip(in sample);
        Advance(in sample);
        SetWindow(in sample);
    }

    /// <summary>Another path: nothing that was learned holds.</summary>
    public void Reset()
    {
        _bandwidth.Reset();
        _window = InitialPackets * _packetLength;
        _bound = long.MaxValue;
        (_fullBandwidth, _fullRounds, _isFull) = (0, 0, false);
        (_roundAcknowledged, _roundLost) = (0, 0);
        _queuedRate = null;
        Phase = CongestionPhase.Startup;
        ShortestRoundTrip = TimeSpan.MaxValue;
        _probeEndsAt = MonotonicTime.Never;
    }

    private bool WatchRound(in RateSample sample)
    {
        _roundAcknowledged += sample.Acknowledged;
        _roundLost += sample.Lost;
        if (sample.RoundTrip >= TimeSpan.Zero && sample.RoundTrip < _roundShortest) _roundShortest = sample.RoundTrip;
        if (sample.DeliveredBefore < _roundEndsAt) return false;

        double seconds = (sample.At - _roundBeganAt).TotalSeconds;
        bool isQueued = _roundShortest.TotalSeconds > ShortestRoundTrip.TotalSeconds * StandingQueue;
        _queuedRate = isQueued && seconds > 0 && !sample.IsIdle ? _roundAcknowledged / seconds : null;
        (_roundBeganAt, _roundShortest) = (sample.At, TimeSpan.MaxValue);
        _roundEndsAt = sample.Delivered;
        if (Phase != CongestionPhase.ProbeRoundTrip) _bandwidth.NextRound();
        WatchLoss();
        (_roundAcknowledged, _roundLost) = (0, 0);
        return true;
    }

    private void WatchLoss()
    {
        if (_roundLost > FullLoss * (_roundAcknowledged + _roundLost) && _roundLost > MinPackets * _packetLength)
        {
            // It holds what it has delivered.
            _bound = Math.Max(_roundAcknowledged, MinPackets * _packetLength);
            if (Phase == CongestionPhase.Startup && _fullRounds > 0) _isFull = true;
        }
        else if (_bound != long.MaxValue)
        {
            _bound += Math.Max(_packetLength, _bound / 8);
            if (_bound > Held * StartupGain) _bound = long.MaxValue;
        }
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

    private void WatchRoundTrip(in RateSample sample)
    {
        bool hasExpired = sample.At - _shortestAt > RoundTripLifetime;
        if (sample.RoundTrip >= TimeSpan.Zero && (sample.RoundTrip <= ShortestRoundTrip || hasExpired))
        {
            // Where a queue has stood for so long that this is not the shortest, the path has to be seen empty.
            bool isToProbe = hasExpired && sample.RoundTrip > ShortestRoundTrip && Phase == CongestionPhase.Cruise;
            if (!isToProbe) (ShortestRoundTrip, _shortestAt) = (sample.RoundTrip, sample.At);
            else if (_probeEndsAt == MonotonicTime.Never) BeginProbe(in sample);
        }

        if (Phase == CongestionPhase.ProbeRoundTrip && sample.At >= _probeEndsAt) EndProbe(in sample);
    }

    private void BeginProbe(in RateSample sample)
    {
        _windowBeforeProbe = _window;
        _probeEndsAt = sample.At + (sample.RoundTrip * 2);
        Phase = CongestionPhase.ProbeRoundTrip;
        ShortestRoundTrip = sample.RoundTrip;
        _shortestAt = sample.At;
    }

    private void EndProbe(in RateSample sample)
    {
        _probeEndsAt = MonotonicTime.Never;
        _shortestAt = sample.At;
        _window = Math.Max(_window, _windowBeforeProbe);
        EnterCruise(sample.At);
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
            case CongestionPhase.Cruise when IsStepOver(in sample):
                BeginStep((_cruiseStep + 1) % CruiseGains.Length, sample.At);
                break;
        }
    }

    // Two who share a path are to probe at different times: then one gains what the other loses, and the smaller one more.
    private void EnterCruise(MonotonicTime now)
    {
        Phase = CongestionPhase.Cruise;
        BeginStep(CruiseGains.Length - 1, now);
    }

    private void BeginStep(int step, MonotonicTime now)
    {
        _cruiseStep = step;
        _cruiseStepAt = now;
        _cruiseStepRounds = step == CruiseGains.Length - 1 ? 1 + random.Next(MostCruiseRounds) : 1;
    }

    private bool IsStepOver(in RateSample sample)
    {
        bool hasLasted = (sample.At - _cruiseStepAt).TotalSeconds > ShortestRoundTrip.TotalSeconds * _cruiseStepRounds;
        return CruiseGains[_cruiseStep] switch
        {
            > 1 => hasLasted && (sample.Lost > 0 || sample.InFlight + sample.Acknowledged >= CruiseGains[_cruiseStep] * Held),
            < 1 => hasLasted || sample.InFlight <= Held,
            _ => hasLasted,
        };
    }

    private void SetWindow(in RateSample sample)
    {
        bool isFilling = Phase is CongestionPhase.Startup or CongestionPhase.Drain;
        double held = !isFilling && _queuedRate is { } rate ? Math.Min(Held, rate * ShortestRoundTrip.TotalSeconds) : Held;
        double target = (held * (isFilling ? StartupGain : WindowGain)) + (3 * _packetLength) + (Fairness * Math.Pow(held / _packetLength, 2.0 / 3) * _packetLength);
        if (_isFull) _window = Math.Min(_window + sample.Acknowledged, (long)target);
        else if (_window < target) _window += sample.Acknowledged;
        _window = Math.Max(Math.Min(_window, _bound), MinPackets * _packetLength);
    }
}
