using System.Globalization;

namespace Traversal.Simulation.Runner;

/// <summary>What is asked for.</summary>
internal sealed record RunnerOptions
{
    /// <summary>How it is called.</summary>
    public const string Usage = "usage: --seeds N [--from SEED] [--threads N] [--max-faults N] | --seed N";

    private const int MaxThreads = 1024;

    private static readonly RunnerOptions Default = new();

    /// <summary>How many runs.</summary>
    public ulong Seeds { get; init; } = 3_000;

    /// <summary>The first seed.</summary>
    public ulong From { get; init; } = 1;

    /// <summary>On how many threads; all cores unless it is said.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>After how many faults to end.</summary>
    public int MaxFaults { get; init; } = 100;

    /// <summary>The seed to replay with a trace; null for a series.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="options">What it asks for.</param>
    /// <param name="problem">One line that names the option that is wrong.</param>
    public static bool TryParse(string[] args, out RunnerOptions options, out string problem)
    {
        options = Default;
        problem = "";
        for (int i = 0; i < args.Length && problem.Length == 0; i += 2)
        {
            string name = args[i];
            if (RangeOf(name) is not { } range)
                problem = $"{name}: there is no such option; {Usage}";
            else if (i + 1 == args.Length || !ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) || With(options, name, number) is not { } changed)
                problem = $"{name}: it takes a number, {range}";
            else
                options = changed;
        }

        if (problem.Length == 0 && options.Seed is not null && args.Length > 2) problem = "--seed: it goes with no other option";
        return problem.Length == 0;
    }

    private static string? RangeOf(string name) => name switch
    {
        "--seeds" => "1 or more",
        "--from" or "--seed" => "0 or more",
        "--threads" => $"1 to {MaxThreads}",
        "--max-faults" => "1 or more",
        _ => null,
    };

    private static RunnerOptions? With(RunnerOptions options, string name, ulong number) => name switch
    {
        "--seeds" when number is > 0 and <= long.MaxValue => options with { Seeds = number },
        "--from" => options with { From = number },
        "--threads" when number is > 0 and <= MaxThreads => options with { Threads = (int)number },
        "--max-faults" when number is > 0 and <= int.MaxValue => options with { MaxFaults = (int)number },
        "--seed" => options with { Seed = number },
        _ => null,
    };
}
