namespace Traversal.Load.Measurement;

/// <summary>The outcome of one run.</summary>
internal sealed record LoadReport
{
    public required string Server { get; init; }

    public required string Transport { get; init; }

    public required string Path { get; init; }

    public required string Directions { get; init; }

    public required IReadOnlyList<int> Sizes { get; init; }

    public required int Burst { get; init; }

    /// <summary>Packets a second in each direction; null at full speed.</summary>
    public required double? Rate { get; init; }

    /// <summary>Packets on their way in each direction; null where there is a rate.</summary>
    public required int? Window { get; init; }

    public required SetupReport Setup { get; init; }

    /// <summary>Null when nothing was to be relayed.</summary>
    public required RelayReport? Relay { get; init; }
}
