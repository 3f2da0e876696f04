using FsCheck;
using FsCheck.Fluent;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>However the bytes of a stream are cut, the shard sees the same frames.</summary>
public sealed class StreamSegmentationTests
{
    private static readonly TransportAddress Somewhere = TransportAddress.Parse("127.0.0.1:1");
    private static readonly byte[][] Payloads = [[], [1], [1, 2], [1, 2, 3, 4, 5], [], [9, 9, 9]];

    [Fact]
    public async Task Two_parts_cut_at_every_place()
    {
        byte[] bytes = [.. Payloads.SelectMany(payload => LengthPrefixed.Frame(payload))];
        for (int cut = 1; cut < bytes.Length; cut++) await AssertFramesAsync([bytes[..cut], bytes[cut..]], Payloads);
    }

    [Fact]
    public async Task Three_parts_cut_at_every_two_places()
    {
        byte[] bytes = [.. Payloads.SelectMany(payload => LengthPrefixed.Frame(payload))];
        for (int first = 1; first < bytes.Length - 1; first++)
        {
            for (int second = first + 1; second < bytes.Length; second++)
            {
                await AssertFramesAsync([bytes[..first], bytes[first..second], bytes[second..]], Payloads);
            }
        }
    }

    [Fact]
    public Task Single_bytes()
    {
        byte[] bytes = [.. Payloads.SelectMany(payload => LengthPrefixed.Frame(payload))];
        return AssertFramesAsync([.. bytes.Select(value => new[] { value })], Payloads);
    }

    [Fact]
    public void Frames_of_any_length_cut_anywhere()
    {
        Gen<(int[] Lengths, int[] Cuts)> story =
            from lengths in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 4_000), Gen.Choose(4_000, LengthPrefixed.MaxPayload)).NonEmptyListOf()
            from cuts in Gen.Choose(1, 70_000).NonEmptyListOf()
            select (lengths.Take(8).ToArray(), cuts.ToArray());

        Prop.ForAll(story.ToArbitrary(), it =>
        {
            byte[][] payloads = [.. it.Lengths.Select((length, index) =>
            {
                byte[] payload = new byte[length];
                payload.AsSpan().Fill((byte)(index + 1));
                return payload;
            })];
            byte[] bytes = [.. payloads.SelectMany(payload => LengthPrefixed.Frame(payload))];
            var segments = new List<byte[]>();
            for (int start = 0, turn = 0; start < bytes.Length; turn++)
            {
                int length = Math.Min(Math.Max(it.Cuts[turn % it.Cuts.Length], bytes.Length / 200), bytes.Length - start);
                segments.Add(bytes[start..(start + length)]);
                start += length;
            }

            AssertFramesAsync(segments, payloads, trusted: true).GetAwaiter().GetResult();
        }).QuickCheckThrowOnFailure();
    }

    private static async Task AssertFramesAsync(IReadOnlyList<byte[]> segments, byte[][] payloads, bool trusted = false)
    {
        await using var harness = new StreamHarness();

        // A frame of its own comes first, so that the shard can say that it trusts the client before the long ones come.
        byte[][] all = [LengthPrefixed.Frame("hello"u8), .. segments];
        var stream = new SegmentedStream(all);
        Assert.True(harness.Edge.TryAttach(stream, Somewhere, Somewhere, out StreamConnection? connection));
        var frames = new List<byte[]>();
        while (frames.Count < payloads.Length + 1)
        {
            StreamConnection taken = await harness.TakeAsync();
            Assert.Same(connection, taken);
            Assert.False(taken.HasEnded, taken.CloseReason.ToString());
            if (trusted) taken.Trust(TimeSpan.FromMinutes(10));
            frames.AddRange(StreamHarness.ReadAll(taken));
            taken.Release();
        }

        byte[][] expected = ["hello"u8.ToArray(), .. payloads];
        Assert.Equal(expected.Length, frames.Count);
        for (int i = 0; i < expected.Length; i++) Assert.True(expected[i].AsSpan().SequenceEqual(frames[i]), $"frame {i} differs");
        stream.End();
        Assert.Equal(StreamCloseReason.ByPeer, await harness.TakeEndAsync());
    }
}
