using FsCheck;
using FsCheck.Fluent;

namespace Traversal.Primitives.Tests;

public sealed class SlabTests
{
    [Fact]
    public void A_slot_starts_empty_each_time()
    {
        var slab = new Slab<int>(4);
        Assert.True(slab.TryTake(out int index));
        slab[index] = 42;
        slab.Release(index);
        Assert.True(slab.TryTake(out int again));
        Assert.Equal(index, again);
        Assert.Equal(0, slab[again]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void The_limit_holds(int limit)
    {
        var slab = new Slab<long>(limit);
        for (int i = 0; i < limit; i++) Assert.True(slab.TryTake(out int index) && index == i);
        Assert.False(slab.TryTake(out _));
        Assert.Equal(limit, slab.Count);
        if (limit == 0) return;

        slab.Release(limit / 2);
        Assert.True(slab.TryTake(out int reused));
        Assert.Equal(limit / 2, reused);
        Assert.False(slab.TryTake(out _));
        Assert.Equal(limit, slab.End);
    }

    [Fact]
    public void A_handle_does_not_outlive_what_it_named()
    {
        var slab = new Slab<int>(2);
        slab.TryTake(out int index);
        SlabHandle handle = slab.HandleOf(index);
        Assert.True(slab.IsCurrent(handle));
        slab.Release(index);
        Assert.False(slab.IsCurrent(handle));
        slab.TryTake(out index);
        Assert.Equal(handle.Index, index);
        Assert.False(slab.IsCurrent(handle));
        Assert.True(slab.IsCurrent(slab.HandleOf(index)));
        Assert.False(slab.IsCurrent(default));
        Assert.False(slab.IsCurrent(new(-1, 1)) || slab.IsCurrent(new(7, 1)));
    }

    [Fact]
    public void A_reference_stays_good_while_the_table_grows()
    {
        var slab = new Slab<int>(100_000);
        slab.TryTake(out int first);
        ref int content = ref slab[first];
        while (slab.TryTake(out _))
        {
        }

        content = 7;
        Assert.Equal(7, slab[first]);
    }

    [Fact]
    public void Releasing_what_is_not_taken_is_the_callers_mistake()
    {
        var slab = new Slab<int>(4);
        Assert.Throws<ArgumentException>(() => slab.Release(0));
        slab.TryTake(out int index);
        slab.Release(index);
        Assert.Throws<ArgumentException>(() => slab.Release(index));
        Assert.Throws<ArgumentException>(() => slab.Release(-1));
    }

    [Fact]
    public void It_agrees_with_a_dictionary() =>
        Prop.ForAll(Gen.Choose(-20, 20).ListOf().Resize(400).ToArbitrary(), steps =>
        {
            var slab = new Slab<int>(12);
            var model = new Dictionary<int, int>();
            foreach (int step in steps)
            {
                if (step >= 0)
                {
                    if (slab.TryTake(out int index) != model.Count < 12) return false;
                    if (index < 0) continue;
                    if (!model.TryAdd(index, step)) return false;
                    slab[index] = step;
                }
                else if (model.Remove(-step))
                {
                    slab.Release(-step);
                }

                if (slab.Count != model.Count || Enumerable.Range(-1, 20).Any(i => slab.IsTaken(i) != model.ContainsKey(i))) return false;
                if (model.Any(pair => slab[pair.Key] != pair.Value)) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Taking_and_releasing_allocate_nothing()
    {
        var slab = new Slab<TransportAddress>(1000);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1000; i++) slab.TryTake(out _);
            for (int i = 0; i < 1000; i++) slab.Release(i);
        }));
    }
}
