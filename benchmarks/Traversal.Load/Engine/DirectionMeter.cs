using Traversal.Load.Measurement;

namespace Traversal.Load.Engine;

/// <summary>What one direction has sent and received in the current phase.</summary>
internal sealed class DirectionMeter
{
    private const long StallNanoseconds = 20_000_000;

    private long _lastArrival;

    public long Sent { get; private set; }

    /// <summary>Packets that arrived, each counted once.</summary>
    public long Delivered { get; private set; }

    public long DeliveredBytes { get; private set; }

    public long OutOfOrder { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Packets that were due and could not be sent: the kernel refused, or the generator was too slow.</summary>
    public long Unsent { get; private set; }

    /// <summary>From the intended time of a packet to its arrival.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From the intended time of a packet to the system call that sends it.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>How many packets are thought to be on their way.</summary>
    public long InFlight { get; private set; }

    public void Start(long now)
    {
        Sent = Delivered = DeliveredBytes = OutOfOrder = Duplicates = Unsent = InFlight = 0;
        Latency.Reset();
        Lateness.Reset();
        _lastArrival = now;
    }

    public void OnSent(int packets)
    {
        Sent += packets;
        InFlight += packets;
    }

    public void OnUnsent(long packets) => Unsent += packets;

    public void OnArrival(Arrival arrival, int bytes, long latency, long now)
    {
        _lastArrival = now;
        if (arrival == Arrival.Duplicate)
        {
            Duplicates++;
            return;
        }

        if (arrival == Arrival.OutOfOrder) OutOfOrder++;
        if (InFlight > 0) InFlight--;
        Delivered++;
        DeliveredBytes += bytes;
        Latency.Record(latency);
    }

    /// <summary>How many packets a window has room for. When nothing arrives for 20 ms, what was on its way is taken for lost.</summary>
    public int RoomIn(int window, long now)
    {
        if (now - _lastArrival > StallNanoseconds)
        {
            InFlight = 0;
            _lastArrival = now;
        }

        return (int)Math.Max(0, window - InFlight);
    }
}
