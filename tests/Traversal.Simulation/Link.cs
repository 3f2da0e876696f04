namespace Traversal.Simulation;

/// <summary>
/// What the access link of a host does to every packet, each way. The default does nothing at all. TCP repairs what a link does to it: what is lost comes later,
/// by the least time of a retransmission.
/// </summary>
public sealed record Link
{
    /// <summary>How long a packet takes.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How much longer some take, at most: later ones overtake them.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>How many of all packets are lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>How many come twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>The longest packet that passes, in bytes of UDP payload.</summary>
    public int Mtu { get; init; } = 1472;

    /// <summary>A link that only takes its time.</summary>
    public static Link WithLatency(double milliseconds) => new() { Latency = TimeSpan.FromMilliseconds(milliseconds) };
}
