using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Traversal.Stun;

namespace Traversal.Benchmarks.Codec;

/// <summary>The message operations of the comparison table.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class MessageBenchmarks
{
    private readonly byte[] _buffer = new byte[256];

    [Benchmark, BenchmarkCategory("parse")]
    public StunClass Parse()
    {
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
        return message.Class;
    }

    [Benchmark, BenchmarkCategory("parse, FINGERPRINT")]
    public bool ParseAndCheckFingerprint() =>
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message) == StunParseStatus.Ok && message.IsFingerprintValid();

    [Benchmark, BenchmarkCategory("encode")]
    public int Encode() => Samples.WriteBindingRequest(_buffer);

    [Benchmark, BenchmarkCategory("parse, MESSAGE-INTEGRITY")]
    public bool ParseAndVerify() =>
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message) == StunParseStatus.Ok && message.VerifyIntegrity(Samples.Key);
}
