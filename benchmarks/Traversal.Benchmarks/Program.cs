using BenchmarkDotNet.Running;
using Traversal.Benchmarks;
using Traversal.Benchmarks.Quick;
using Traversal.Benchmarks.Relay;

// --quick [TEXT] measures the operations of the comparison table, or those with the text in their names, by stopwatch in a minute or two; everything
// else is BenchmarkDotNet's.
if (args is ["--quick", .. var names]) return QuickTable.Run(Console.Out, names.FirstOrDefault(""));

// --workers says how much more two workers carry than one.
if (args is ["--workers", ..]) return WorkerScaling.Run(Console.Out);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new Settings());
return 0;
