namespace Traversal.Load.Engine;

/// <summary>
/// When each packet of one direction is meant to leave, fixed in advance: a late packet does not move those behind it, so what a slow
/// server or generator delays is seen in the latency of every packet that it delays. Times are nanoseconds from the start.
/// </summary>
/// <remarks>Packets come in bursts that share one instant. A rising schedule starts at rate 0 and reaches the full rate at its end.</remarks>
internal readonly struct PacketSchedule
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly int _burst;
    private readonly double _packetsPerNanosecond;
    private readonly double _rampNanoseconds;

    private PacketSchedule(double packetsPerSecond, int burst, TimeSpan ramp)
    {
        _burst = burst;
        _packetsPerNanosecond = packetsPerSecond / NanosecondsPerSecond;
        _rampNanoseconds = ramp.TotalNanoseconds;
    }

    /// <summary>The same rate from the first packet on.</summary>
    public static PacketSchedule Constant(double packetsPerSecond, int burst) => new(packetsPerSecond, burst, TimeSpan.Zero);

    /// <summary>A rate that grows evenly from 0 to <paramref name="packetsPerSecond"/> during <paramref name="ramp"/>.</summary>
    public static PacketSchedule Rising(double packetsPerSecond, int burst, TimeSpan ramp) => new(packetsPerSecond, burst, ramp);

    /// <summary>When packet <paramref name="index"/>, counted from 0, is meant to leave.</summary>
    public long IntendedAt(long index)
    {
        double ahead = index - index % _burst;
        double linear = ahead / _packetsPerNanosecond;
        // Under a rising rate, r t^2 / 2R packets have left at time t.
        return (long)Math.Round(_rampNanoseconds == 0 ? linear : Math.Sqrt(2 * _rampNanoseconds * linear));
    }

    /// <summary>How many packets are meant to have left before <paramref name="nanoseconds"/>.</summary>
    public long CountBefore(long nanoseconds)
    {
        double packets = _rampNanoseconds == 0
            ? nanoseconds * _packetsPerNanosecond
            : nanoseconds * _packetsPerNanosecond * nanoseconds / (2 * _rampNanoseconds);
        long count = (long)Math.Floor(packets / _burst) * _burst;
        // The division rounds; IntendedAt decides.
        while (count > 0 && IntendedAt(count - 1) >= nanoseconds) count -= _burst;
        while (IntendedAt(count) < nanoseconds) count += _burst;
        return count;
    }
}
