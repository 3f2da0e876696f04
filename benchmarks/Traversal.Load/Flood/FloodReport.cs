namespace Traversal.Load.Flood;

/// <summary>What a flood was and what came back. Bytes are counted with the headers of IP and UDP.</summary>
internal sealed record FloodReport
{
    public required string Server { get; init; }

    public required string Kind { get; init; }

    public required long Sent { get; init; }

    /// <summary>Refused by the generator's own kernel.</summary>
    public required long Unsent { get; init; }

    public required double PacketsPerSecond { get; init; }

    public required long SentBytes { get; init; }

    /// <summary>Answers that came back; those to forged addresses do only where this machine has them.</summary>
    public required long Answers { get; init; }

    public required long AnsweredBytes { get; init; }

    /// <summary>Bytes of answers for each byte sent, in the worst ten seconds.</summary>
    public required double WorstAmplification { get; init; }

    /// <summary>The largest answer over the smallest packet.</summary>
    public required double LargestAnswerRatio { get; init; }
}
