using System.Buffers;
using Traversal.Turn;

namespace Traversal.Benchmarks.Quick;

/// <summary>The relaying operations of the comparison table, with the limits of the project.</summary>
internal static class TurnMeasurements
{
    private static int Sink;

    public static IReadOnlyList<Measurement> All { get; } =
    [
        new("ChannelData header, read", 2, static count =>
        {
            for (int i = 0; i < count; i++) Sink += ChannelData.TryRead(Samples.ChannelDataMessage, out _, out int length) ? length : 0;
        }),
        new("ChannelData header, write", 2, static count =>
        {
            Span<byte> header = stackalloc byte[ChannelData.HeaderLength];
            for (int i = 0; i < count; i++) ChannelData.WriteHeader(header, new ChannelNumber(0x4001), i & 0xFF);
            Sink += header[3];
        }),
        new("stream framing, each frame", double.PositiveInfinity, static count =>
        {
            ReadOnlySpan<byte> rest = Samples.Stream;
            for (int i = 0; i < count; i++)
            {
                if (TurnFrame.TryRead(rest, out _, out int consumed) != OperationStatus.Done) rest = Samples.Stream;
                rest = rest[consumed..];
                Sink += consumed;
            }
        }),
    ];
}
