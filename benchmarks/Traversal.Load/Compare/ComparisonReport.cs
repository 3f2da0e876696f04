using Traversal.Load.Measurement;

namespace Traversal.Load.Compare;

/// <summary>All runs of a comparison.</summary>
/// <param name="Rounds">How often each server met each profile.</param>
/// <param name="Reference">The server that ratios are to.</param>
/// <param name="Profiles">The outcome by profile.</param>
internal sealed record ComparisonReport(int Rounds, string Reference, IReadOnlyList<ProfileReport> Profiles);
