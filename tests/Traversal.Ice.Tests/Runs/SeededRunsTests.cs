using Traversal.Simulation.Runs;

namespace Traversal.Ice.Tests;

/// <summary>Thousands of random runs. A seed that fails is run again with <see cref="RandomRun.Play"/>.</summary>
public sealed class SeededRunsTests(ITestOutputHelper output)
{
    private static readonly int Seeds = 3_000 * Soak.Factor;

    [Fact]
    public void A_direct_path_is_used_where_there_is_one_else_a_relay_else_the_failure_is_told()
    {
        List<RunResult> faults = [];
        for (ulong seed = 1; seed <= (ulong)Seeds && faults.Count < 20; seed++)
        {
            RunResult result = RandomRun.Play(seed);
            if (result.Fault is not null) faults.Add(result);
        }

        output.WriteLine($"{Seeds} seeds from 1, {faults.Count} faults");
        faults.ForEach(fault => output.WriteLine(fault.ToString()));
        Assert.Empty(faults);
    }
}
