using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace Traversal.Benchmarks.Codec;

/// <summary>What the machine is worth: every limit is scaled by this figure over 1745 ns.</summary>
public class ScaleBenchmarks
{
    private readonly byte[] _code = new byte[20];

    [Benchmark, BenchmarkCategory("scale")]
    public int HmacSha1OfEightyBytes() => HMACSHA1.HashData(Samples.KeyBytes, Samples.Eighty, _code);
}
