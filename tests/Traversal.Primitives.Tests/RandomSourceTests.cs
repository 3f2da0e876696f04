using System.Numerics;

namespace Traversal.Primitives.Tests;

public sealed class RandomSourceTests
{
    [Fact]
    public void One_seed_gives_one_sequence()
    {
        RandomSource first = RandomSource.Seeded(42), second = RandomSource.Seeded(42);
        Assert.Equal(Take(first, 1000), Take(second, 1000));
    }

    [Fact]
    public void The_seeded_sequence_is_the_published_one() =>
        // SplitMix64 from seed 1234567, as its authors' reference code prints it.
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423], Take(RandomSource.Seeded(1234567), 3));

    [Fact]
    public void Bytes_are_the_numbers_in_little_endian_order()
    {
        byte[] bytes = new byte[12];
        RandomSource.Seeded(7).Fill(bytes);
        ulong[] numbers = Take(RandomSource.Seeded(7), 2);
        Assert.Equal([.. BitConverter.GetBytes(numbers[0]), .. BitConverter.GetBytes(numbers[1])[..4]], bytes);
    }

    [Fact]
    public void Near_seeds_give_unrelated_sequences()
    {
        int different = 0;
        for (ulong seed = 0; seed < 1000; seed++)
            different += BitOperations.PopCount(RandomSource.Seeded(seed).NextUInt64() ^ RandomSource.Seeded(seed + 1).NextUInt64());
        Assert.InRange(different, 31_000, 33_000);
    }

    [Fact]
    public void A_source_that_only_fills_gives_numbers_too()
    {
        var counting = new CountingSource();
        Assert.Equal(0x0706_0504_0302_0100ul, counting.NextUInt64());
        Assert.Equal(0x0F0E_0D0Cu, counting.NextUInt32());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16_384)]
    [InlineData(int.MaxValue)]
    public void Next_stays_below_its_maximum(int max)
    {
        RandomSource random = RandomSource.Seeded(1);
        for (int i = 0; i < 10_000; i++) Assert.InRange(random.Next(max), 0, max - 1);
    }

    [Fact]
    public void Next_favours_no_number()
    {
        // With 3 * 2^29 of 2^32 the plain product or remainder would give one number in three twice as often as the others.
        const int Max = 3 << 29, Draws = 300_000;
        RandomSource random = RandomSource.Seeded(3);
        int[] thirds = new int[3], remainders = new int[3];
        for (int i = 0; i < Draws; i++)
        {
            int number = random.Next(Max);
            thirds[number / (1 << 29)]++;
            remainders[number % 3]++;
        }

        Assert.All(thirds, count => Assert.InRange(count, (Draws / 3) - 1500, (Draws / 3) + 1500));
        Assert.All(remainders, count => Assert.InRange(count, (Draws / 3) - 1500, (Draws / 3) + 1500));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Next_refuses_an_empty_range(int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomSource.Seeded(0).Next(max));

    [Fact]
    public void The_system_fills_every_length_and_repeats_nothing()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int length = 8; length < 3000; length += 13)
        {
            byte[] bytes = new byte[length];
            RandomSource.System.Fill(bytes);
            Assert.True(seen.Add(Convert.ToHexString(bytes[..8])), "The start of a fill repeated.");
            Assert.True(seen.Add(Convert.ToHexString(bytes[^8..])) || length == 8, "The end of a fill repeated.");
        }
    }

    [Fact]
    public async Task The_system_gives_different_numbers_to_every_thread()
    {
        ulong[][] parts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Take(RandomSource.System, 10_000))));
        Assert.Equal(80_000, parts.SelectMany(part => part).Distinct().Count());
    }

    [Fact]
    public void A_thread_may_begin_with_nothing()
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => RandomSource.System.Fill([])));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void The_systems_bits_are_balanced()
    {
        int ones = Take(RandomSource.System, 100_000).Sum(BitOperations.PopCount);
        // Ten standard deviations of 1265 around one half of 6.4 million.
        Assert.InRange(ones, 3_200_000 - 12_650, 3_200_000 + 12_650);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        RandomSource seeded = RandomSource.Seeded(1);
        byte[] buffer = new byte[5000];
        Assert.Equal(0, Allocation.Of(() =>
        {
            foreach (RandomSource random in (ReadOnlySpan<RandomSource>)[seeded, RandomSource.System])
            {
                for (int i = 0; i < 1000; i++) random.Next(1000);
                random.Fill(buffer.AsSpan(0, 12));
                random.Fill(buffer);
            }
        }));
    }

    private static ulong[] Take(RandomSource random, int count)
    {
        ulong[] numbers = new ulong[count];
        for (int i = 0; i < count; i++) numbers[i] = random.NextUInt64();
        return numbers;
    }

    private sealed class CountingSource : RandomSource
    {
        private byte _next;

        public override void Fill(Span<byte> destination)
        {
            foreach (ref byte value in destination) value = _next++;
        }
    }
}
