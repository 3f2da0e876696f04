using Traversal.Simulation.Runs;

namespace Traversal.Simulation.Runner;

/// <summary>One seed again, with everything that happens.</summary>
internal static class Replay
{
    public static int Run(ulong seed)
    {
        RunResult result = RandomRun.Play(seed, Console.Out.WriteLine);
        Console.Out.WriteLine(result);
        return result.Fault is null ? ExitCode.Well : ExitCode.Faults;
    }
}
