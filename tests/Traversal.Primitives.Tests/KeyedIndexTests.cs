using FsCheck;
using FsCheck.Fluent;

namespace Traversal.Primitives.Tests;

public sealed class KeyedIndexTests
{
    [Fact]
    public void It_agrees_with_a_dictionary()
    {
        Gen<Step> steps =
            from kind in Gen.Choose(0, 9)
            from key in Gen.Choose(0, 40)
            from value in Gen.Choose(0, 1000)
            select new Step(kind, key, value);
        Prop.ForAll(steps.ListOf().Resize(300).ToArbitrary(), AgreesWithADictionary).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Keys_that_collide_are_told_apart_and_survive_removals() =>
        Prop.ForAll(Gen.Choose(0, 30).ListOf().Resize(100).ToArbitrary(), keys =>
        {
            var table = new KeyedIndex<CollidingKey>(RandomSource.Seeded(1));
            var model = new HashSet<int>();
            foreach (int key in keys)
            {
                // A second visit removes.
                if (model.Add(key))
                {
                    if (!table.TryAdd(new(key), key)) return false;
                }
                else
                {
                    model.Remove(key);
                    if (!table.Remove(new CollidingKey(key))) return false;
                }

                for (int other = 0; other <= 30; other++)
                {
                    if (table.TryGet(new(other), out int value) != model.Contains(other) || value != (model.Contains(other) ? other : -1)) return false;
                }
            }

            return table.Count == model.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_hundred_thousand_addresses_come_and_go()
    {
        const int Keys = 100_000;
        RandomSource random = RandomSource.Seeded(1);
        var table = new KeyedIndex<TransportAddress>(random);
        TransportAddress[] keys = [.. Enumerable.Range(0, Keys).Select(_ => Addresses.Random(random)).Distinct()];
        for (int i = 0; i < keys.Length; i++) Assert.True(table.TryAdd(in keys[i], i));
        for (int i = 0; i < keys.Length; i += 2) Assert.True(table.Remove(in keys[i]));
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i % 2 == 1, table.TryGet(in keys[i], out int value));
            Assert.Equal(i % 2 == 1 ? i : -1, value);
        }

        Assert.Equal(keys.Length / 2, table.Count);
        table.Clear();
        Assert.False(table.TryGet(in keys[1], out _));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Finding_adding_and_removing_allocate_nothing()
    {
        RandomSource random = RandomSource.Seeded(1);
        TransportAddress[] keys = [.. Enumerable.Range(0, 1000).Select(_ => Addresses.RandomIPv4(random)).Distinct()];
        var table = new KeyedIndex<TransportAddress>(random, keys.Length);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < keys.Length; i++) table.TryAdd(in keys[i], i);
            for (int i = 0; i < keys.Length; i++) table.TryGet(in keys[i], out _);
            for (int i = 0; i < keys.Length; i++) table.Remove(in keys[i]);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(640)]
    [InlineData(1000)]
    public void The_hint_is_kept(int hint)
    {
        var table = new KeyedIndex<CollidingKey>(RandomSource.Seeded(1), hint);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < hint; i++) table.TryAdd(new(i), i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool AgreesWithADictionary(IList<Step> steps)
    {
        var table = new KeyedIndex<TransportAddress>(RandomSource.Seeded((ulong)steps.Count));
        var model = new Dictionary<TransportAddress, int>();
        foreach (Step step in steps)
        {
            TransportAddress key = TransportAddress.FromIPv4((uint)step.Key, 1);
            bool agrees = step.Kind switch
            {
                < 5 => table.TryAdd(in key, step.Value) == model.TryAdd(key, step.Value),
                < 9 => table.Remove(in key, out int removed) == model.Remove(key, out int expected) && removed == (removed < 0 ? -1 : expected),
                _ => table.TryGet(in key, out int found) == model.TryGetValue(key, out int value) && found == (found < 0 ? -1 : value),
            };
            if (!agrees || table.Count != model.Count) return false;
        }

        return model.All(pair => table.TryGet(pair.Key, out int value) && value == pair.Value);
    }

    private sealed record Step(int Kind, int Key, int Value);

    // Three different hashes, of which one is the value that marks free entries, near the end of the table so that probing wraps.
    private readonly record struct CollidingKey(int Value) : ITableKey<CollidingKey>
    {
        public uint Hash(in HashSeed seed) => (Value % 3) switch { 0 => 0u, 1 => 0xFFFF_FFFF, _ => 0xFFFF_FFFE };
    }
}
