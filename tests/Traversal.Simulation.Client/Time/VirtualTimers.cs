using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>The timers of a world that are set, those that fire first in front. Used by whoever holds the gate of the world.</summary>
internal sealed class VirtualTimers(SimulatedWorld world) : IMachine
{
    private readonly SortedSet<(long At, long Order, VirtualTimer? Timer)> _set = [];
    private long _order;

    public MonotonicTime NextDeadline => _set.Count == 0 ? MonotonicTime.Never : new MonotonicTime(_set.Min.At);

    public void OnTime(MonotonicTime now)
    {
        if (NextDeadline <= now) _set.Min.Timer!.Fire();
    }

    /// <summary>Sets a timer that is not set.</summary>
    /// <returns>Its place, for <see cref="Remove"/>.</returns>
    public (long At, long Order) Add(VirtualTimer timer, TimeSpan dueTime)
    {
        (long At, long Order) place = ((world.Now + dueTime).Nanoseconds, _order++);
        _set.Add((place.At, place.Order, timer));
        return place;
    }

    // No two have the same order, so the timers themselves are never compared.
    public void Remove((long At, long Order) place, VirtualTimer timer) => _set.Remove((place.At, place.Order, timer));
}
