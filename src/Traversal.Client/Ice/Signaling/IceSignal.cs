using Traversal.Ice;

namespace Traversal.Client;

/// <summary>
/// What one side tells the other: its parameters, the candidates that are new, and whether there will be more. One signal may hold all, or each holds a part;
/// other parameters than before are a restart.
/// </summary>
/// <param name="Parameters">Fragment, password and what the agent can do.</param>
/// <param name="Candidates">The candidates that have not been told yet.</param>
/// <param name="IsLast">Whether no more candidates will come with these parameters.</param>
public sealed partial record IceSignal(IceParameters Parameters, IReadOnlyList<IceCandidate> Candidates, bool IsLast)
{
    /// <summary>The most candidates of one signal; more are not read.</summary>
    public const int MaxCandidates = 64;

    /// <summary>How many candidates there are; the password is nobody's business.</summary>
    public override string ToString() => $"{Parameters.Ufrag}, {Candidates.Count} candidates{(IsLast ? ", the last" : "")}";
}
