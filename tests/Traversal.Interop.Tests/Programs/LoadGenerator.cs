namespace Traversal.Interop.Tests.Programs;

/// <summary>The load generator, as the build of this configuration left it.</summary>
internal static class LoadGenerator
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs it against a server on 127.0.0.1.</summary>
    public static Task<ProgramResult> RunAsync(int port, params IEnumerable<string> arguments) => ChildProcess.RunAsync(
        Limit,
        TraversalBinary.Host,
        [TraversalBinary.Built("benchmarks", "Traversal.Load", "traversal-load.dll"), "--server", $"127.0.0.1:{port}", "--quiet", .. arguments]);
}
