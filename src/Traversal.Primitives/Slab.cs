using System.Diagnostics;

namespace Traversal.Primitives;

/// <summary>
/// A bounded table of structs that are known by their slot number. Slots are reused, last released first; memory is taken in blocks that
/// never move, so a reference to a slot stays good until the slot is released. Taking and releasing allocate only when a block is added.
/// For one thread.
/// </summary>
/// <typeparam name="T">What a slot holds.</typeparam>
public sealed class Slab<T>
    where T : struct
{
    private const int BlockBits = 8;
    private const int BlockLength = 1 << BlockBits;
    private const int NoSlot = -1;

    private Slot[][] _blocks = [];
    private int _firstFree = NoSlot;

    /// <summary>An empty table.</summary>
    /// <param name="limit">The most slots that can be taken at a time.</param>
    public Slab(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Limit = limit;
    }

    /// <summary>The most slots that can be taken at a time.</summary>
    public int Limit { get; }

    /// <summary>How many slots are taken.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the largest slot that was ever taken: the end of a walk over all, with <see cref="IsTaken"/> asked for each.</summary>
    public int End { get; private set; }

    /// <summary>The content of a slot that is taken.</summary>
    public ref T this[int index]
    {
        get
        {
            ref Slot slot = ref At(index);
            Debug.Assert(slot.IsTaken, "A released slot is nobody's.");
            return ref slot.Value;
        }
    }

    /// <summary>The content of a slot below <see cref="End"/>: the default value while the slot is not taken.</summary>
    public ref readonly T Peek(int index) => ref At(index).Value;

    /// <summary>Takes a slot, whose content is the default value.</summary>
    /// <returns>False when <see cref="Limit"/> slots are taken.</returns>
    public bool TryTake(out int index)
    {
        index = _firstFree;
        if (index != NoSlot)
        {
            _firstFree = At(index).NextFree;
        }
        else if (End < Limit)
        {
            index = End++;
            if (index >> BlockBits == _blocks.Length) AddBlock();
        }
        else
        {
            return false;
        }

        At(index).Generation++;
        Count++;
        return true;
    }

    /// <summary>Gives a slot back and clears it. Handles to it are stale from here on.</summary>
    /// <exception cref="ArgumentException">The slot is not taken.</exception>
    public void Release(int index)
    {
        if (!IsTaken(index)) throw new ArgumentException("Only a taken slot can be released.", nameof(index));

        ref Slot slot = ref At(index);
        slot.Value = default;
        slot.Generation++;
        slot.NextFree = _firstFree;
        _firstFree = index;
        Count--;
    }

    /// <summary>Whether the slot is taken; false for numbers that are no slot.</summary>
    public bool IsTaken(int index) => (uint)index < (uint)End && At(index).IsTaken;

    /// <summary>A name for what a taken slot holds at present, which does not outlive its release.</summary>
    public SlabHandle HandleOf(int index)
    {
        Debug.Assert(IsTaken(index), "A released slot is nobody's.");
        return new(index, At(index).Generation);
    }

    /// <summary>Whether the slot still holds what it held when the handle was made.</summary>
    public bool IsCurrent(SlabHandle handle) => IsTaken(handle.Index) && At(handle.Index).Generation == handle.Generation;

    private ref Slot At(int index) => ref _blocks[index >> BlockBits][index & BlockLength - 1];

    // A block is never larger than what the limit leaves, so a small table stays small.
    private void AddBlock()
    {
        int blocks = _blocks.Length;
        Array.Resize(ref _blocks, blocks + 1);
        _blocks[blocks] = new Slot[Math.Min(BlockLength, Limit - (blocks << BlockBits))];
    }

    private struct Slot
    {
        public T Value;
        public int NextFree;

        // Odd while the slot is taken.
        public uint Generation;

        public readonly bool IsTaken => (Generation & 1) != 0;
    }
}
