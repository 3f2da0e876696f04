namespace Traversal.Simulation.Runs;

/// <summary>What a run has led to.</summary>
/// <param name="Seed">The number that it is drawn from.</param>
/// <param name="Fault">What is wrong; null where nothing is.</param>
/// <param name="Meetings">The times that the peers met.</param>
public sealed record RunResult(ulong Seed, string? Fault, IReadOnlyList<RunMeeting> Meetings)
{
    /// <inheritdoc/>
    public override string ToString() => $"seed {Seed}: {Fault ?? string.Join(", ", Meetings)}";
}
