using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Traversal.Fuzz;

/// <summary>The commands. <c>serve</c> is what afl-fuzz runs; <c>fuzz/run</c> puts the others together.</summary>
internal static class Program
{
    private const string Usage = """
        serve TARGET                 run the test cases of afl-fuzz; without afl-fuzz, the one on standard input
        replay TARGET PATH...        run files, or all files of folders, and say which one fails
        cover TARGET PATH...         the same on instrumented assemblies, with the edges taken of each method
        seed FOLDER                  write the inputs to begin with, and the dictionary
        instrument FOLDER            rewrite published assemblies in place so that they count edges
        """;

    private static int Main(string[] arguments)
    {
        RuntimeHelpers.RunClassConstructor(typeof(EdgeMap).TypeHandle);
        FailOnAssertions();
        switch (arguments)
        {
            case ["serve", var name] when FuzzTarget.Find(name) is { } target: return Serve(target);
            case ["worker", var name, var descriptor] when FuzzTarget.Find(name) is { } target: return Work(target, descriptor);
            case ["replay", var name, .. var paths] when FuzzTarget.Find(name) is { } target: return Replay.Run(target, paths);
            case ["cover", var name, .. var paths] when FuzzTarget.Find(name) is { } target: return CoverageReport.Run(target, paths);
            case ["seed", var folder]: return SeedWriter.Run(folder);
            case ["instrument", var folder]:
                Console.WriteLine($"{Instrumenter.Run(folder)} edges");
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                Console.Error.WriteLine("targets: " + string.Join(' ', FuzzTarget.All.Select(target => target.Name)));
                return 2;
        }
    }

    private static int Serve(FuzzTarget target)
    {
        if (Supervisor.IsWanted) return Supervisor.Run(target);
        EdgeMap.First(1)[EdgeMap.AnyRun] = 1;
        target.Fuzz(TestCase.Open().Read());
        return 0;
    }

    private static int Work(FuzzTarget target, string descriptor)
    {
        using var state = WorkerState.Open(int.Parse(descriptor, CultureInfo.InvariantCulture));
        return Worker.Run(target, state);
    }

    // The framework ends the process when an assertion fails, which costs a start of the runtime for each finding.
    private static void FailOnAssertions()
    {
        Trace.Listeners.Clear();
        Trace.Listeners.Add(new AssertionListener());
    }
}
