using System.Buffers;
using BenchmarkDotNet.Attributes;
using Traversal.Turn;

namespace Traversal.Benchmarks.Codec;

/// <summary>A stream of STUN messages and ChannelData in turn, cut into frames; the time is that of one frame.</summary>
public class FramingBenchmarks
{
    [Benchmark(OperationsPerInvoke = Samples.StreamFrames), BenchmarkCategory("stream framing")]
    public int Frame()
    {
        int frames = 0;
        ReadOnlySpan<byte> rest = Samples.Stream;
        while (TurnFrame.TryRead(rest, out _, out int consumed) == OperationStatus.Done)
        {
            rest = rest[consumed..];
            frames++;
        }

        return frames;
    }
}
