using System.Diagnostics;
using Traversal.Client;

namespace Traversal.Benchmarks.Peer;

/// <summary>How fast one stream is between two ends in this process, over loopback, and how many processors both take together.</summary>
internal static class StreamThroughput
{
    private const long Bytes = 512L << 20;
    private const int WriteLength = 64 << 10;

    public static async Task<(double BitsPerSecond, double Processors)> OfPeerConnectionAsync()
    {
        PeerEnds ends = await PeerEnds.ConnectAsync().ConfigureAwait(false);
        try
        {
            PeerStream writing = await ends.One.OpenStreamAsync().ConfigureAwait(false);
            await writing.WriteAsync(new byte[1]).ConfigureAwait(false);
            return await MeasureAsync(writing, await ends.Other.AcceptStreamAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ends.DisposeAsync().ConfigureAwait(false);
        }
    }

    public static async Task<(double BitsPerSecond, double Processors)> OfTlsOverTcpAsync()
    {
        TlsEnds ends = await TlsEnds.ConnectAsync().ConfigureAwait(false);
        try
        {
            await ends.One.WriteAsync(new byte[1]).ConfigureAwait(false);
            return await MeasureAsync(ends.One, ends.Other).ConfigureAwait(false);
        }
        finally
        {
            await ends.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<(double BitsPerSecond, double Processors)> MeasureAsync(Stream writing, Stream reading)
    {
        await ReadAsync(reading, 1).ConfigureAwait(false);
        await Task.WhenAll(WriteAsync(writing, Bytes / 8), Task.Run(() => ReadAsync(reading, Bytes / 8))).ConfigureAwait(false);

        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        Task read = Task.Run(() => ReadAsync(reading, Bytes));
        await WriteAsync(writing, Bytes).ConfigureAwait(false);
        await read.ConfigureAwait(false);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        return (Bytes * 8 / took.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu) / took);
    }

    private static async Task WriteAsync(Stream stream, long length)
    {
        byte[] buffer = new byte[WriteLength];
        for (; length > 0; length -= buffer.Length) await stream.WriteAsync(buffer).ConfigureAwait(false);
    }

    private static async Task ReadAsync(Stream stream, long length)
    {
        byte[] buffer = new byte[WriteLength];
        while (length > 0)
        {
            int got = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length))).ConfigureAwait(false);
            if (got == 0) throw new EndOfStreamException();
            length -= got;
        }
    }
}
