namespace Traversal.Load.Measurement;

/// <summary>What went through the server in the measured phase, both directions together.</summary>
internal sealed record RelayReport
{
    public required double Seconds { get; init; }

    public required long Sent { get; init; }

    public required long Delivered { get; init; }

    public required double PacketsPerSecond { get; init; }

    /// <summary>Payload bits alone.</summary>
    public required double MegabitsPerSecond { get; init; }

    public required double LossPercent { get; init; }

    public required long OutOfOrder { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>Packets that arrived damaged, at the wrong client or peer, or from nowhere.</summary>
    public required long Bad { get; init; }

    /// <summary>Packets that were due and could not be sent.</summary>
    public required long Unsent { get; init; }

    /// <summary>Errors that the generator's sockets reported.</summary>
    public required long Errors { get; init; }

    /// <summary>From the intended time of each packet; without a rate, from its sending, which measures the window and little else.</summary>
    public required LatencyReport? Latency { get; init; }

    public required LatencyReport? LatencyUp { get; init; }

    public required LatencyReport? LatencyDown { get; init; }

    public required double ServerCpuNanosecondsPerPacket { get; init; }

    /// <summary>100 is one processor.</summary>
    public required double ServerCpuPercent { get; init; }

    public required long ServerResidentKilobytes { get; init; }

    public required double GeneratorCpuPercent { get; init; }

    /// <summary>How late packets were sent.</summary>
    public required LatencyReport? GeneratorLateness { get; init; }
}
