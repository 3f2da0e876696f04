namespace Traversal.Simulation.Runner;

/// <summary>What the program says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Nothing was wrong.</summary>
    public const int Well = 0;

    /// <summary>A seed has failed.</summary>
    public const int Faults = 1;

    /// <summary>The options were not understood.</summary>
    public const int BadOptions = 2;
}
