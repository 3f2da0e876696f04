namespace Traversal.Simulation.Client;

/// <summary>
/// The clock of a world, as one host reads it: clients of one host share what they keep for each <see cref="TimeProvider"/>, those of two hosts do not. Timers
/// call at their very moment, in the thread pool.
/// </summary>
internal sealed class VirtualTimeProvider(SimulatedWorld world) : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => world.Now.Nanoseconds;

    public override DateTimeOffset GetUtcNow() => world.Network.UtcNow;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(world, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
