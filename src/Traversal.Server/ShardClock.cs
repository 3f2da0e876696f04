using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>Reads both clocks once per batch. The wall clock is asked once a second and carried forward by the other in between.</summary>
internal sealed class ShardClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly long _frequency;
    private readonly long _origin;
    private MonotonicTime _utcReadAt;
    private DateTimeOffset _utc;

    public ShardClock(TimeProvider time)
    {
        _time = time;
        _frequency = time.TimestampFrequency;
        _origin = time.GetTimestamp();
        _utc = time.GetUtcNow();
    }

    public Clock Read()
    {
        var now = new MonotonicTime(ToNanoseconds(_time.GetTimestamp() - _origin));
        if (now.Nanoseconds - _utcReadAt.Nanoseconds >= NanosecondsPerSecond)
        {
            _utcReadAt = now;
            _utc = _time.GetUtcNow();
        }

        return new Clock(now, _utc + (now - _utcReadAt));
    }

    // The system's clock counts nanoseconds where this is fast; the division of 128 bits is as slow as the reading.
    private long ToNanoseconds(long elapsed) =>
        _frequency == NanosecondsPerSecond ? elapsed : (long)((Int128)elapsed * NanosecondsPerSecond / _frequency);
}
