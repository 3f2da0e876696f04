using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using SIPSorcery.Net;
using Traversal.Stun;

namespace Traversal.Benchmarks.SipSorcery;

/// <summary>
/// The message operations beside those of SIPSorcery. Compiled only with <c>-p:WithSipSorcery=true</c>, where a package source offers that
/// package: it is not part of the default build.
/// </summary>
public class SipSorceryBenchmarks
{
    private readonly byte[] _buffer = new byte[256];

    [Benchmark, BenchmarkCategory("parse")]
    public StunClass Parse()
    {
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message);
        return message.Class;
    }

    [Benchmark(Baseline = true), BenchmarkCategory("parse")]
    public STUNMessage ParseBySipSorcery() => STUNMessage.ParseSTUNMessage(Samples.BindingSuccess, Samples.BindingSuccess.Length);

    [Benchmark, BenchmarkCategory("parse, MESSAGE-INTEGRITY")]
    public bool ParseAndVerify() =>
        StunMessage.TryParse(Samples.BindingSuccess, out StunMessage message) == StunParseStatus.Ok && message.VerifyIntegrity(Samples.Key);

    [Benchmark(Baseline = true), BenchmarkCategory("parse, MESSAGE-INTEGRITY")]
    public bool ParseAndVerifyBySipSorcery() =>
        STUNMessage.ParseSTUNMessage(Samples.BindingSuccess, Samples.BindingSuccess.Length).CheckIntegrity(Samples.KeyBytes);

    [Benchmark, BenchmarkCategory("encode")]
    public int Encode() => Samples.WriteBindingRequest(_buffer);

    [Benchmark(Baseline = true), BenchmarkCategory("encode")]
    public byte[] EncodeBySipSorcery()
    {
        var request = new STUNMessage(STUNMessageTypesEnum.BindingRequest);
        request.Header.TransactionId = "0123456789ab"u8.ToArray();
        request.AddUsernameAttribute(Encoding.UTF8.GetString(Samples.Username));
        request.Attributes.Add(new STUNAttribute(STUNAttributeTypesEnum.Priority, BitConverter.GetBytes(IPAddress.HostToNetworkOrder(0x6e0001ff))));
        request.Attributes.Add(new STUNAttribute(STUNAttributeTypesEnum.IceControlling, Convert.FromHexString("932ff9b151263b36")));
        return request.ToByteBuffer(Samples.KeyBytes, true);
    }
}
