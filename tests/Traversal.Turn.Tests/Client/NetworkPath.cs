namespace Traversal.Turn.Tests.Client;

/// <summary>What a path does to packets, each way. The default is 25 ms of latency and nothing else.</summary>
internal sealed record NetworkPath
{
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How much longer some packets take: later ones overtake them.</summary>
    public TimeSpan Jitter { get; init; }

    public double Loss { get; init; }

    public double Duplication { get; init; }
}
