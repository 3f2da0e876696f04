namespace Traversal.Ice;

/// <summary>The counts of a pair.</summary>
internal sealed class PairStatistics
{
    public long ChecksSent { get; set; }

    public long ChecksReceived { get; set; }

    public long ResponsesSent { get; set; }

    public long ResponsesReceived { get; set; }

    public long ConsentChecksSent { get; set; }

    public long PacketsSent { get; set; }

    public long BytesSent { get; set; }

    public long PacketsReceived { get; set; }

    public long BytesReceived { get; set; }

    public TimeSpan RoundTrip { get; set; }

    public TimeSpan TotalRoundTrip { get; set; }
}
