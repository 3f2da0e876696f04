using BenchmarkDotNet.Attributes;
using Traversal.Stun;

namespace Traversal.Benchmarks.Codec;

/// <summary>MESSAGE-INTEGRITY of eight messages that are in hand together; the time is that of one.</summary>
public class BatchBenchmarks
{
    private readonly bool[] _valid = new bool[Samples.BatchSize];

    [Benchmark(OperationsPerInvoke = Samples.BatchSize), BenchmarkCategory("batch")]
    public bool Verify()
    {
        IntegrityBatch.Verify(Samples.Batch, Samples.BatchChecks, _valid);
        return _valid[^1];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples.BatchSize), BenchmarkCategory("batch")]
    public bool VerifyOneByOne()
    {
        IntegrityBatch.VerifyOneByOne(Samples.Batch, Samples.BatchChecks, _valid);
        return _valid[^1];
    }
}
