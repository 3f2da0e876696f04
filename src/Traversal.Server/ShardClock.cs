using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>Reads both clocks once per batch. The wall clock is asked once a second and carried forward by the other in between.</summary>
internal sealed class ShardClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private MonotonicTime _utcReadAt;
    private DateTimeOffset _utc;

    public ShardClock(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _utc = time.GetUtcNow();
    }

    public Clock Read()
    {
        var now = new MonotonicTime((long)((Int128)(_time.GetTimestamp() - _origin) * NanosecondsPerSecond / _time.TimestampFrequency));
        if (now.Nanoseconds - _utcReadAt.Nanoseconds >= NanosecondsPerSecond)
        {
            _utcReadAt = now;
            _utc = _time.GetUtcNow();
        }

        return new Clock(now, _utc + (now - _utcReadAt));
    }
}
