namespace Traversal.Simulation.Runs;

/// <summary>How two peers have met.</summary>
public enum RunOutcome
{
    /// <summary>Data goes without a relay.</summary>
    Direct = 0,

    /// <summary>Data goes by a relay.</summary>
    Relayed,

    /// <summary>There is no way, and both have said so.</summary>
    Failed,
}
