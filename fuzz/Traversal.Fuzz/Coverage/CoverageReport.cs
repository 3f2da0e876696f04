namespace Traversal.Fuzz;

/// <summary>Which edges a set of inputs takes, by method.</summary>
internal static class CoverageReport
{
    /// <summary>Runs the inputs and prints a line for each method: edges taken, edges there are, name.</summary>
    /// <returns>The exit code: 1 when the program is not instrumented.</returns>
    public static int Run(FuzzTarget target, IEnumerable<string> paths)
    {
        IReadOnlyList<string> methods = EdgeList.Load();
        if (methods.Count == 0)
        {
            Console.Error.WriteLine("The assemblies beside this program are not instrumented.");
            return 1;
        }

        foreach (string file in Replay.FilesIn(paths)) target.Fuzz(File.ReadAllBytes(file));

        ReadOnlySpan<byte> counters = EdgeMap.First(methods.Count);
        int taken = counters.Length - counters.Count((byte)0);
        bool[] hit = [.. counters.ToArray().Select(counter => counter != 0)];
        foreach (var method in methods.Zip(hit).GroupBy(edge => edge.First, edge => edge.Second, StringComparer.Ordinal))
            Console.WriteLine($"{method.Count(isTaken => isTaken),5} {method.Count(),5} {method.Key}");
        Console.WriteLine($"{taken} of {methods.Count} edges");
        return 0;
    }
}
