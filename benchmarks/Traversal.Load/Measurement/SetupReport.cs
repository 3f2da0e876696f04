namespace Traversal.Load.Measurement;

/// <summary>What making the allocations took.</summary>
internal sealed record SetupReport
{
    public required int Allocations { get; init; }

    /// <summary>How many of them, the last ones, the figures are about.</summary>
    public required int Measured { get; init; }

    public required double Seconds { get; init; }

    public required double AllocationsPerSecond { get; init; }

    public required double ServerCpuMicrosecondsPerAllocation { get; init; }

    /// <summary>Growth of the server's resident memory over the measured allocations, for each.</summary>
    public required double ServerKilobytesPerAllocation { get; init; }

    public required long ServerResidentKilobytes { get; init; }

    public required long Retransmissions { get; init; }

    /// <summary>From the first request of a client to its last answer.</summary>
    public required LatencyReport? Duration { get; init; }
}
