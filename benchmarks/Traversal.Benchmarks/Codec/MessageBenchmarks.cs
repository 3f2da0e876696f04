using BenchmarkDotNet.Attributes;
using Traversal.Benchmarks.Naive;
using Traversal.Stun;

namespace Traversal.Benchmarks.Codec;

/// <summary>The message operations of the comparison table, each beside its naive form.</summary>
public class MessageBenchmarks
{
    private readonly byte[] _buffer = new byte[256];
    private readonly byte[] _id = "0123456789ab"u8.ToArray();

    [Benchmark, BenchmarkCategory("parse")]
    public StunClass Parse()
    {
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
        return message.Class;
    }

    [Benchmark(Baseline = true), BenchmarkCategory("parse")]
    public int ParseNaively() => NaiveMessage.Parse(Samples.BindingSuccess).Type;

    [Benchmark, BenchmarkCategory("parse, FINGERPRINT")]
    public bool ParseAndCheckFingerprint() =>
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message) == StunParseStatus.Ok && message.IsFingerprintValid();

    [Benchmark(Baseline = true), BenchmarkCategory("parse, FINGERPRINT")]
    public bool ParseAndCheckFingerprintNaively() =>
        NaiveMessage.Parse(Samples.BindingSuccess).Type != 0 && NaiveMessage.IsFingerprintValid(Samples.BindingSuccess);

    [Benchmark, BenchmarkCategory("encode")]
    public int Encode() => Samples.WriteBindingRequest(_buffer);

    [Benchmark(Baseline = true), BenchmarkCategory("encode")]
    public byte[] EncodeNaively() => NaiveMessage.EncodeBindingRequest(_id, Samples.Username, Samples.KeyBytes);

    [Benchmark, BenchmarkCategory("parse, MESSAGE-INTEGRITY")]
    public bool ParseAndVerify() =>
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message) == StunParseStatus.Ok && message.VerifyIntegrity(Samples.Key);

    [Benchmark(Baseline = true), BenchmarkCategory("parse, MESSAGE-INTEGRITY")]
    public bool ParseAndVerifyNaively() => NaiveMessage.Parse(Samples.BindingSuccess).VerifyIntegrity(Samples.BindingSuccess, Samples.KeyBytes);

    [Benchmark, BenchmarkCategory("parse, MESSAGE-INTEGRITY-SHA256")]
    public bool ParseAndVerifySha256() =>
        StunMessage.TryParse(Samples.Sha256Success, out StunMessage message) == StunParseStatus.Ok && message.VerifyIntegritySha256(Samples.Key);
}
