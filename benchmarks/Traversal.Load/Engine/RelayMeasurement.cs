using Traversal.Load.Measurement;
using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Takes what server and generator used between the start of the measured phase and the last packet, and sums it up.</summary>
internal sealed class RelayMeasurement(Traffic traffic, ProcessProbe probe)
{
    private readonly ProcessUsage _before = probe.Read();
    private readonly TimeSpan _ownBefore = Environment.CpuUsage.TotalTime;
    private readonly long _startedAt = PreciseTimer.Now;
    private ProcessUsage _atEnd;
    private TimeSpan _own;
    private double _seconds;
    private long _deliveredInTime;
    private long _bytesInTime;

    /// <summary>Nothing more is sent; rates are about the time until here.</summary>
    public void EndSending()
    {
        _seconds = (PreciseTimer.Now - _startedAt) / 1e9;
        _own = Environment.CpuUsage.TotalTime - _ownBefore;
        _atEnd = probe.Read();
        _deliveredInTime = traffic.Up.Delivered + traffic.Down.Delivered;
        _bytesInTime = traffic.Up.DeliveredBytes + traffic.Down.DeliveredBytes;
    }

    /// <summary>Nothing more is waited for.</summary>
    public RelayReport Finish()
    {
        DirectionMeter up = traffic.Up, down = traffic.Down;
        long sent = up.Sent + down.Sent;
        long delivered = up.Delivered + down.Delivered;
        ProcessUsage after = probe.Read();
        return new RelayReport
        {
            Seconds = _seconds,
            Sent = sent,
            Delivered = delivered,
            PacketsPerSecond = _deliveredInTime / _seconds,
            MegabitsPerSecond = _bytesInTime * 8 / 1e6 / _seconds,
            LossPercent = sent == 0 ? 0 : 100.0 * (sent - delivered) / sent,
            OutOfOrder = up.OutOfOrder + down.OutOfOrder,
            Duplicates = up.Duplicates + down.Duplicates,
            Bad = traffic.Bad,
            Unsent = up.Unsent + down.Unsent,
            Errors = traffic.Errors,
            Latency = LatencyReport.Of(Sum(up.Latency, down.Latency)),
            LatencyUp = LatencyReport.Of(up.Latency),
            LatencyDown = LatencyReport.Of(down.Latency),
            ServerCpuNanosecondsPerPacket = delivered == 0 ? 0 : (double)(after.CpuNanoseconds - _before.CpuNanoseconds) / delivered,
            ServerCpuPercent = (_atEnd.CpuNanoseconds - _before.CpuNanoseconds) / 1e7 / _seconds,
            ServerResidentKilobytes = after.ResidentKilobytes,
            GeneratorCpuPercent = 100 * _own.TotalSeconds / _seconds,
            GeneratorLateness = LatencyReport.Of(Sum(up.Lateness, down.Lateness)),
        };
    }

    private static LatencyHistogram Sum(LatencyHistogram first, LatencyHistogram second)
    {
        var sum = new LatencyHistogram();
        sum.Add(first);
        sum.Add(second);
        return sum;
    }
}
