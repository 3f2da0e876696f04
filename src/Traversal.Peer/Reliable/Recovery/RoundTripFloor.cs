using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>The round trip of a path without a queue: the shortest of late.</summary>
internal sealed class RoundTripFloor(RandomSource random)
{
    /// <summary>What is longer than this times the floor has waited in a queue.</summary>
    private const double QueueFactor = 1.1;

    /// <summary>What is no longer than this times the floor is the floor: clocks and hosts are not exact.</summary>
    private const double SameFactor = 1.02;

    /// <summary>How long the floor is believed without being seen.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>When it is looked for again, at least, after that was in vain; at most twice as late.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private TimeSpan _lifetime = Lifetime;
    private TimeSpan _shortestOfProbe;
    private MonotonicTime _seenAt;
    private bool _wasInVain;

    /// <summary>The floor; <see cref="TimeSpan.MaxValue"/> before the first round trip.</summary>
    public TimeSpan Value { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The same in seconds; none is shorter than a tenth of a millisecond, so that nothing is divided by less.</summary>
    public double Seconds => Math.Max(Value.TotalSeconds, 1e-4);

    /// <summary>Whether the path has to be emptied to see its floor.</summary>
    public bool IsStale(MonotonicTime now) => now - _seenAt > _lifetime;

    /// <summary>How long a packet waited that took so long, as a share of the floor.</summary>
    public double QueueOf(TimeSpan roundTrip) => roundTrip == TimeSpan.MaxValue ? 0 : (roundTrip.TotalSeconds / Seconds) - 1;

    /// <summary>Whether a packet that took so long has waited in a queue.</summary>
    public bool HasQueue(TimeSpan roundTrip) => QueueOf(roundTrip) > QueueFactor - 1;

    /// <summary>A round trip was measured.</summary>
    public void Add(TimeSpan roundTrip, MonotonicTime now)
    {
        if (roundTrip < Value) Value = roundTrip;
        if (roundTrip <= Value * SameFactor) _seenAt = now;
        if (roundTrip < _shortestOfProbe) _shortestOfProbe = roundTrip;
    }

    /// <summary>From now on less is sent, to see the floor.</summary>
    public void BeginProbe() => _shortestOfProbe = TimeSpan.MaxValue;

    /// <summary>Less was sent for long enough. Others may have filled the queue meanwhile: only what is in vain twice shows that the path has become longer.</summary>
    public void EndProbe(MonotonicTime now)
    {
        bool isInVain = HasQueue(_shortestOfProbe);
        if (isInVain && _wasInVain) (Value, isInVain) = (_shortestOfProbe, false);
        _wasInVain = isInVain;
        _lifetime = isInVain ? RetryAfter + new TimeSpan(random.Next((int)RetryAfter.Ticks)) : Lifetime;
        _seenAt = now;
    }

    /// <summary>Another path.</summary>
    public void Reset() => (Value, _lifetime, _wasInVain) = (TimeSpan.MaxValue, Lifetime, false);
}
