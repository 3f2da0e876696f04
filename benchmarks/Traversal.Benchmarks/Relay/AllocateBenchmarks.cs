using BenchmarkDotNet.Attributes;

namespace Traversal.Benchmarks.Relay;

/// <summary>What an authenticated Allocate transaction costs the state machine alone; the time is that of one.</summary>
public class AllocateBenchmarks
{
    private readonly AllocateTransactions _transactions = new();

    [IterationSetup]
    public void Release() => _transactions.Release();

    [Benchmark(OperationsPerInvoke = AllocateTransactions.Count), BenchmarkCategory("allocate")]
    public int Allocate() => _transactions.Run(AllocateTransactions.Count);
}
