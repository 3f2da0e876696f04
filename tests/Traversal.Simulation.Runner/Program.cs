using Traversal.Simulation.Runner;

if (RunnerOptions.TryParse(args, out RunnerOptions options, out string problem))
    return options.Seed is { } seed ? Replay.Run(seed) : Series.Run(options);

Console.Error.WriteLine(problem);
Console.Error.WriteLine(RunnerOptions.Usage);
return ExitCode.BadOptions;
