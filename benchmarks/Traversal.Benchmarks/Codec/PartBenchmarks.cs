using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Traversal.Stun;

namespace Traversal.Benchmarks.Codec;

/// <summary>What the codec is made of, each part beside what it is there in place of.</summary>
public class PartBenchmarks
{
    private readonly byte[] _code = new byte[32];
    private readonly byte[] _same = new byte[32];
    private readonly byte[] _message = [.. Samples.BindingSuccess, .. Samples.BindingSuccess[..(100 - Samples.BindingSuccess.Length % 100)]];
    private readonly IncrementalHash _sha1 = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Samples.KeyBytes);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Samples.KeyBytes);

    [Benchmark(Baseline = true), BenchmarkCategory("HMAC-SHA1")]
    public int OneShotSha1() => HMACSHA1.HashData(Samples.KeyBytes, Samples.Eighty, _code);

    [Benchmark, BenchmarkCategory("HMAC-SHA1")]
    public int ReusedSha1()
    {
        _sha1.AppendData(Samples.Eighty);
        return _sha1.GetHashAndReset(_code);
    }

    [Benchmark, BenchmarkCategory("HMAC-SHA1")]
    public byte PreparedSha1()
    {
        Samples.Key.ComputeSha1(Samples.Eighty).Write(_code);
        return _code[0];
    }

    [Benchmark(Baseline = true), BenchmarkCategory("HMAC-SHA256")]
    public int OneShotSha256() => HMACSHA256.HashData(Samples.KeyBytes, Samples.Eighty, _code);

    [Benchmark, BenchmarkCategory("HMAC-SHA256")]
    public int ReusedSha256()
    {
        _sha256.AppendData(Samples.Eighty);
        return _sha256.GetHashAndReset(_code);
    }

    [Benchmark, BenchmarkCategory("HMAC-SHA256")]
    public byte PreparedSha256()
    {
        Samples.Key.ComputeSha256(Samples.Eighty, 32).Write(_code);
        return _code[0];
    }

    [Benchmark(Baseline = true), BenchmarkCategory("CRC-32 of 100 bytes")]
    public uint Sliced() => SlicedCrc32.Of(_message.AsSpan(0, 100));

    [Benchmark, BenchmarkCategory("CRC-32 of 100 bytes")]
    public uint Carryless() => CarrylessCrc32.Of(_message.AsSpan(0, 100));

    [Benchmark(Baseline = true), BenchmarkCategory("compare 20 bytes")]
    public bool FixedTimeEquals() => CryptographicOperations.FixedTimeEquals(_code.AsSpan(0, 20), _same.AsSpan(0, 20));

    [Benchmark, BenchmarkCategory("compare 20 bytes")]
    public bool Equals20() => ConstantTime.Equals20(_code.AsSpan(0, 20), _same.AsSpan(0, 20));
}
