using System.Globalization;

namespace Traversal.Simulation.Runner;

/// <summary>What is asked for.</summary>
internal sealed record RunnerOptions
{
    /// <summary>How it is called.</summary>
    public const string Usage = "usage: --seeds N [--from SEED] [--threads N] [--max-faults N] | --seed N";

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
    public static bool TryParse(string[] args, out RunnerOptions options, out string problem)
    {
        options = Default;
        problem = "";
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                problem = $"{args[i]}: a number is missing";
                return false;
            }

            if (With(options, args[i], number) is not { } changed)
            {
                problem = $"{args[i]}: unknown, or out of range";
                return false;
            }

            options = changed;
        }

        return true;
    }

    private static RunnerOptions? With(RunnerOptions options, string name, ulong number) => name switch
    {
        "--seeds" when number > 0 => options with { Seeds = number },
        "--from" => options with { From = number },
        "--threads" when number is > 0 and <= 1024 => options with { Threads = (int)number },
        "--max-faults" when number is > 0 and <= int.MaxValue => options with { MaxFaults = (int)number },
        "--seed" => options with { Seed = number },
        _ => null,
    };
}
