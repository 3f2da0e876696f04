using Traversal.Simulation.Runner;
using Traversal.Simulation.Runs;

return new Command(Console.Out, Console.Error, RandomRun.Play).Run(args);
