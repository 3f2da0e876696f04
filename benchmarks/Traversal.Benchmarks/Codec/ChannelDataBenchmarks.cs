using BenchmarkDotNet.Attributes;
using Traversal.Turn;

namespace Traversal.Benchmarks.Codec;

/// <summary>The header of a relayed datagram.</summary>
public class ChannelDataBenchmarks
{
    private readonly byte[] _buffer = [.. Samples.ChannelDataMessage];

    [Benchmark, BenchmarkCategory("ChannelData, read")]
    public bool Read() => ChannelData.TryRead(Samples.ChannelDataMessage, out _, out _);

    [Benchmark, BenchmarkCategory("ChannelData, write")]
    public byte Write()
    {
        ChannelData.WriteHeader(_buffer, new ChannelNumber(0x4001), 160);
        return _buffer[0];
    }
}
