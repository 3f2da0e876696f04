using Traversal.Server.Rings;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Rings;

public sealed class HandOverRingTests
{
    private const int MaxDatagram = 65_535;

    private readonly HandOverRing _ring = new(HandOverRing.MinCapacity);

    [Fact]
    public void Nothing_is_read_before_it_is_published()
    {
        Assert.True(_ring.TryWrite(default, [1, 2, 3]));
        Assert.False(_ring.TryRead(out _, out _));
        _ring.Publish();
        Assert.Equal([1, 2, 3], Read());
        Assert.False(_ring.TryRead(out _, out _));
    }

    [Fact]
    public void The_longest_datagram_fits_wherever_an_empty_ring_stands()
    {
        byte[] longest = new byte[MaxDatagram];
        for (int i = 0; i < 5_000; i++)
        {
            Assert.True(_ring.TryWrite(default, new byte[i % 3_000]));
            Assert.True(_ring.TryWrite(default, longest));
            _ring.Publish();
            Assert.Equal(i % 3_000, Read().Length);
            Assert.Equal(MaxDatagram, Read().Length);
            Assert.False(_ring.TryRead(out _, out _));
        }
    }

    [Fact]
    public void What_does_not_fit_is_not_taken_and_there_is_room_again_once_it_was_read()
    {
        byte[] data = new byte[1000];
        int written = 0;
        while (_ring.TryWrite(default, data)) written++;
        Assert.InRange(written, 200, HandOverRing.MinCapacity / data.Length);
        _ring.Publish();

        Read();
        Assert.False(_ring.TryWrite(default, data));
        Read(); // Only now the first one's room is free.
        Assert.True(_ring.TryWrite(default, data));
        _ring.Publish();
        for (int left = written - 1; left > 0; left--) Read();
        Assert.False(_ring.TryRead(out _, out _));
    }

    [Fact]
    public async Task Two_threads_lose_change_and_swap_nothing()
    {
        const int Packets = 200_000, Seed = 20261126;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Task writing = Task.Run(() =>
        {
            var random = new Random(Seed);
            byte[] data = new byte[2000];
            for (int i = 0; i < Packets; i++)
            {
                int length = random.Next(4, data.Length);
                data.AsSpan(0, length).Fill((byte)i);
                BitConverter.TryWriteBytes(data, i);
                while (!_ring.TryWrite(default, data.AsSpan(0, length))) Pause(deadline.Token);
                if (i % 7 == 0 || i == Packets - 1) _ring.Publish();
            }
        });
        Task reading = Task.Run(() =>
        {
            var random = new Random(Seed);
            for (int i = 0; i < Packets; i++)
            {
                Span<byte> packet;
                while (!_ring.TryRead(out _, out packet)) Pause(deadline.Token);
                Span<byte> data = packet[RelayMachine.Headroom..];
                Assert.Equal(random.Next(4, 2000), data.Length);
                Assert.Equal(i, BitConverter.ToInt32(data));
                Assert.Equal(-1, data[4..].IndexOfAnyExcept((byte)i));
                packet.Fill(0xEE);
            }
        });
        await Task.WhenAll(writing, reading);

        void Pause(CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            _ring.Publish();
            Thread.Yield();
        }
    }

    private byte[] Read()
    {
        Assert.True(_ring.TryRead(out _, out Span<byte> packet));
        return packet[RelayMachine.Headroom..].ToArray();
    }
}
