using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>The index of slots against a list, with hashes that are made to meet in a few buckets.</summary>
public sealed class SlotIndexTests
{
    private const int Operations = 20_000;

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(2_000)]
    public void It_finds_what_was_added_and_not_removed(int distinctHashes)
    {
        for (ulong seed = 1; seed <= (ulong)(4 * Soak.Factor); seed++)
        {
            RandomSource random = RandomSource.Seeded(seed);
            var index = new SlotIndex();
            var model = new List<(uint Hash, int Slot)>();
            for (int i = 0; i < Operations; i++)
            {
                // It grows for a while, then shrinks, so that holes are filled in tables of every size.
                bool adds = random.Next(100) < (i / 500 % 2 == 0 ? 60 : 40);
                if (adds)
                {
                    (uint Hash, int Slot) entry = (HashOf(random.Next(distinctHashes)), i);
                    index.Add(entry.Hash, entry.Slot);
                    model.Add(entry);
                }
                else if (model.Count > 0)
                {
                    int removed = random.Next(model.Count);
                    index.Remove(model[removed].Hash, model[removed].Slot);
                    model.RemoveAt(removed);
                }

                uint hash = HashOf(random.Next(distinctHashes));
                Assert.True(
                    model.Where(entry => entry.Hash == hash).Select(entry => entry.Slot).Order().SequenceEqual(Find(index, hash).Order()),
                    $"seed {seed}, operation {i}, hash {hash:x}");
            }
        }
    }

    // Zero among them, and neighbours at both ends of the table.
    private static uint HashOf(int number) => number % 2 == 0 ? (uint)number * 2 : uint.MaxValue - (uint)number;

    private static List<int> Find(SlotIndex index, uint hash)
    {
        var slots = new List<int>();
        uint position = SlotIndex.Begin(hash);
        for (int slot = index.Next(hash, ref position); slot >= 0; slot = index.Next(hash, ref position)) slots.Add(slot);
        return slots;
    }
}
