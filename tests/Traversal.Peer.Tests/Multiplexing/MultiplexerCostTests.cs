using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>What it costs: memory, and who waits for whom.</summary>
public sealed class MultiplexerCostTests
{
    private readonly byte[] _buffer = new byte[64 * 1024], _data = new byte[100_000];

    [Fact]
    public void Bytes_allocate_nothing()
    {
        using var pair = new Pair();
        MultiplexedStream[] streams = [pair.One.Open()!, pair.One.Open()!];
        foreach (MultiplexedStream stream in streams) stream.Announce();
        pair.Pump();
        MultiplexedStream[] opposites = [.. pair.OfOther.Where(happened => happened.Stream is not null).Select(happened => happened.Stream!)];
        for (int warmUp = 0; warmUp < 2000; warmUp++) Round();
        long sent = pair.One.Counters.BytesSent, least = long.MaxValue;

        // The pool of blocks is the process's: a collection may empty it, and then one is made anew.
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 200; round++) Round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(pair.One.Counters.BytesSent - sent > 200 * 2 * 100_000);

        void Round()
        {
            foreach (MultiplexedStream stream in streams) stream.Write(_data);
            pair.One.TrySendDatagram(_data.AsSpan(0, 1200));
            pair.One.Ping();
            Carry(pair.One, pair.Other);
            foreach (MultiplexedStream opposite in opposites) while (opposite.Read(_data) > 0) { }
            pair.Other.TryTakeDatagram(_data, out _);
            Carry(pair.Other, pair.One);
            while (pair.One.TryTakeEvent(out _) | pair.Other.TryTakeEvent(out _)) { }
        }
    }

    /// <summary>
    /// Two multiplexers and a stream that has carried bytes and is idle again: everything that was allocated for them, even what is garbage already. Blocks are
    /// not among it, as they went back to the pool.
    /// </summary>
    [Fact]
    public void An_idle_multiplexer_is_small()
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Multiplexer one = Make(isInitiator: true), other = Make(isInitiator: false);
            one.SendHello([]);
            other.SendHello([]);
            MultiplexedStream stream = one.Open()!, opposite = null!;
            stream.Write(_data.AsSpan(0, 100));
            Carry(one, other);
            while (other.TryTakeEvent(out MultiplexerEvent happened)) opposite = happened.Stream ?? opposite;
            opposite.Read(_data);
            opposite.Write(_data.AsSpan(0, 100));
            Carry(other, one);
            stream.Read(_data);
            while (one.TryTakeEvent(out _)) { }
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / 2);
            Assert.Equal((1, 1), (one.StreamCount, other.StreamCount));
        }

        Assert.True(least < 2048, $"{least} bytes");

        static Multiplexer Make(bool isInitiator) => new(new MultiplexerOptions { IsInitiator = isInitiator });
    }

    /// <summary>Whatever the other side sends, what is unread is within the window, and nothing of it stays when it was read.</summary>
    [Fact]
    public void What_is_unread_is_bounded()
    {
        using var pair = new Pair(other: options => options.ConnectionWindow = 1_000_000);
        MultiplexedStream[] streams = [.. Enumerable.Range(0, 128).Select(_ => pair.One.Open()!)];
        foreach (MultiplexedStream stream in streams) stream.Write(_data);
        pair.Pump();
        MultiplexedStream[] opposites = [.. pair.OfOther.Where(happened => happened.Stream is not null).Select(happened => happened.Stream!).Distinct()];
        Assert.Equal(1_000_000, opposites.Sum(opposite => opposite.ReadableLength));
        Assert.False(pair.One.HasToSend || pair.One.IsDrained);
    }

    /// <summary>One stream has much to send; another asks now and then, and is not kept waiting by more than a frame of each of the others.</summary>
    [Fact]
    public void No_stream_starves()
    {
        using var pair = new Pair();
        MultiplexedStream[] streams = [.. Enumerable.Range(0, 3).Select(_ => pair.One.Open()!)];
        var waited = new List<long>();
        for (int round = 0; round < 50; round++)
        {
            foreach (MultiplexedStream stream in streams.AsSpan(0, 2)) stream.Write(new byte[200_000]);
            streams[2].Write([1]);
            long sent = pair.One.Counters.BytesSent;
            while (!streams[2].IsDrained)
            {
                Assert.True(pair.One.TryTakeTransmit(_buffer.AsSpan(0, Multiplexer.MinTransmitLength), out int length));
                pair.Other.OnBytes(_buffer.AsSpan(0, length));
            }

            waited.Add(pair.One.Counters.BytesSent - sent);
        }

        Assert.True(waited.Max() <= 3 * Multiplexer.MinTransmitLength, $"{waited.Max()} bytes");
        Pair.Take(pair.Other, pair.OfOther);
        int[] readable = [.. pair.OfOther.Where(happened => happened.Stream is not null).Select(happened => happened.Stream!.ReadableLength)];
        Assert.Equal(3, readable.Length);
        Assert.InRange(readable[0] - readable[1], -20_000, 20_000);
    }

    private void Carry(Multiplexer from, Multiplexer to)
    {
        while (from.TryTakeTransmit(_buffer, out int length)) to.OnBytes(_buffer.AsSpan(0, length));
    }
}
