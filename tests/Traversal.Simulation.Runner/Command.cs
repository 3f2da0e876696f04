using Traversal.Simulation.Runs;

namespace Traversal.Simulation.Runner;

/// <summary>What the program does: a series of seeds, or one again.</summary>
/// <param name="output">Is told what the runs have led to.</param>
/// <param name="errors">Is told of progress, and of options that are not understood.</param>
/// <param name="play">Runs a seed, and tells what happens.</param>
internal sealed class Command(TextWriter output, TextWriter errors, Func<ulong, Action<string>?, RunResult> play)
{
    /// <summary>Does what the command line says.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public int Run(string[] args)
    {
        if (RunnerOptions.TryParse(args, out RunnerOptions options, out string problem)) return options.Seed is { } seed ? Replay(seed) : Series(options);

        errors.WriteLine(problem);
        return ExitCode.BadOptions;
    }

    // With everything that happens.
    private int Replay(ulong seed)
    {
        RunResult result = play(seed, output.WriteLine);
        output.WriteLine(result);
        return result.Fault is null ? ExitCode.Well : ExitCode.Faults;
    }

    private int Series(RunnerOptions options)
    {
        Summary summary = new Series(options, TextWriter.Synchronized(output), TextWriter.Synchronized(errors), seed => play(seed, null)).Run();
        return summary.Faults == 0 ? ExitCode.Well : ExitCode.Faults;
    }
}
