using System.Buffers;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

public sealed class OutboundQueueTests
{
    private const int FrameLength = 100;

    private readonly OutboundQueue _queue = new(new LengthPrefixed());

    [Fact]
    public void The_oldest_media_gives_way_and_what_is_left_is_in_order()
    {
        for (byte i = 0; i < 10; i++)
        {
            Assert.True(Add(i, isExpendable: true, limit: 4 * FrameLength, out int dropped));
            Assert.Equal(i < 4 ? 0 : 1, dropped);
        }

        Assert.Equal([6, 7, 8, 9], TakeAll());
    }

    [Fact]
    public void Answers_are_written_first_and_dropped_only_where_no_media_is_left_to_drop()
    {
        for (byte i = 0; i < 4; i++) Add(i, isExpendable: true, limit: 4 * FrameLength, out _);
        for (byte i = 10; i < 14; i++)
        {
            Assert.True(Add(i, isExpendable: false, limit: 4 * FrameLength, out int dropped));
            Assert.Equal(1, dropped);
        }

        Assert.False(Add(14, isExpendable: false, limit: 4 * FrameLength, out int refused));
        Assert.Equal(1, refused);
        Assert.False(Add(4, isExpendable: true, limit: 4 * FrameLength, out refused));
        Assert.Equal(1, refused);
        Assert.Equal([10, 11, 12, 13], TakeAll());
    }

    [Fact]
    public void A_frame_longer_than_the_bound_drops_itself_and_nothing_else()
    {
        Add(1, isExpendable: true, limit: FrameLength, out _);

        Assert.False(_queue.TryAdd(new byte[FrameLength + 1], isExpendable: true, FrameLength, out int dropped));

        Assert.Equal(1, dropped);
        Assert.Equal([1], TakeAll());
    }

    [Fact]
    public void Whatever_the_lengths_and_the_order_of_adding_and_taking_nothing_is_torn_and_nothing_exceeds_the_bound()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var model = new Queue<byte[]>();
        int waiting = 0;
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Next(50) == 0)
            {
                byte[] expected = [.. model.SelectMany(frame => frame)];
                Assert.True(_queue.TryTake(out ArraySegment<byte> taken) == expected.Length > 0, $"seed {seed}");
                Assert.True(taken.AsSpan().SequenceEqual(expected), $"seed {seed}");
                if (taken.Count > 0) ArrayPool<byte>.Shared.Return(taken.Array!);
                model.Clear();
                waiting = 0;
                continue;
            }

            byte[] payload = new byte[random.Next(2_000)];
            random.NextBytes(payload);
            byte[] next = LengthPrefixed.Frame(payload);
            Assert.True(_queue.TryAdd(next, isExpendable: true, limit: 9_000, out int dropped), $"seed {seed}");
            for (; dropped > 0; dropped--) waiting -= model.Dequeue().Length;
            model.Enqueue(next);
            waiting += next.Length;
            Assert.InRange(waiting, 0, 9_000);
        }
    }

    private bool Add(byte mark, bool isExpendable, int limit, out int dropped)
    {
        byte[] payload = new byte[FrameLength - 2];
        payload[0] = mark;
        return _queue.TryAdd(LengthPrefixed.Frame(payload), isExpendable, limit, out dropped);
    }

    private List<int> TakeAll()
    {
        var marks = new List<int>();
        while (_queue.TryTake(out ArraySegment<byte> bytes))
        {
            for (int start = 0; start < bytes.Count; start += FrameLength) marks.Add(bytes[start + 2]);
        }

        Assert.True(_queue.IsEmpty);
        return marks;
    }
}
