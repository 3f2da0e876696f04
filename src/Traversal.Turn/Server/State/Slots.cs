namespace Traversal.Turn.Server;

/// <summary>
/// Structs known by their slot number, in one array, so that a packet reaches one with a single addition. Slots are reused, last released first. The
/// array doubles when it is full, after which references into it are to the past: none is held over <see cref="Take"/>. A field of a table, never
/// copied.
/// </summary>
/// <typeparam name="T">What a slot holds.</typeparam>
internal struct Slots<T>
    where T : struct
{
    private const int SmallestCapacity = 16;

    private T[] _items = new T[SmallestCapacity];

    // For each slot the next free one, or that it is taken.
    private int[] _next = new int[SmallestCapacity];
    private int _firstFree = RelayMachine.NoSlot;

    private const int Taken = -2;

    public Slots()
    {
    }

    /// <summary>How many slots are taken.</summary>
    public int Count { get; private set; }

    /// <summary>The end of a walk over all slots.</summary>
    public int End { get; private set; }

    /// <summary>What a slot below <see cref="End"/> holds.</summary>
    public readonly ref T this[int slot] => ref _items[slot];

    /// <summary>Every slot, those included that were never taken, which hold the default.</summary>
    public readonly Span<T> All => _items;

    public readonly bool IsTaken(int slot) => (uint)slot < (uint)End && _next[slot] == Taken;

    /// <summary>Takes a slot, with whatever its last holder left there.</summary>
    public int Take()
    {
        int slot = _firstFree;
        if (slot == RelayMachine.NoSlot)
        {
            slot = End++;
            if (slot == _items.Length)
            {
                Array.Resize(ref _items, slot * 2);
                Array.Resize(ref _next, slot * 2);
            }
        }
        else
        {
            _firstFree = _next[slot];
        }

        _next[slot] = Taken;
        Count++;
        return slot;
    }

    /// <summary>Gives a slot back as it is.</summary>
    public void Release(int slot)
    {
        _next[slot] = _firstFree;
        _firstFree = slot;
        Count--;
    }
}
