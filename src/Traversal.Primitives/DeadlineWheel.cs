using System.Diagnostics;
using System.Numerics;

namespace Traversal.Primitives;

/// <summary>
/// One deadline for each of many small integers, as in the slots of a <see cref="Slab{T}"/>. Scheduling, moving and cancelling cost the same
/// whether there are ten or a hundred thousand, and allocate only when a key is larger than any before. For one thread.
/// </summary>
/// <remarks>
/// A hierarchical timing wheel (Varghese and Lauck 1987). Time is counted in ticks of <see cref="Granularity"/>; a deadline is rounded up to a
/// tick, so nothing fires early. The levels read the tick as digits of base 64: a deadline stands on the level of the highest digit in which it
/// differs from the present, in the slot of that digit, and falls to a lower level when the present reaches the slot. So the first occupied
/// slot of the lowest occupied level is always the next thing to do, and a bit mask finds it.
/// </remarks>
public sealed class DeadlineWheel
{
    private const int TickShift = 23;
    private const int DigitBits = 6;
    private const int SlotsPerLevel = 1 << DigitBits;

    // 7 digits of 6 bits hold every tick of a 63-bit count of nanoseconds.
    private const int Levels = 7;
    private const long LastTick = long.MaxValue >> TickShift;

    // One list more than the slots have: keys that are due and not yet taken.
    private const int DueList = Levels * SlotsPerLevel;
    private const int None = -1;

    private readonly int[] _heads = new int[DueList + 1];
    private readonly ulong[] _occupiedSlots = new ulong[Levels];
    private uint _occupiedLevels;
    private long _presentTick;
    private Entry[] _entries;

    /// <summary>An empty wheel whose present is <see cref="MonotonicTime.Zero"/>.</summary>
    /// <param name="capacityHint">Keys below this never make the wheel grow.</param>
    public DeadlineWheel(int capacityHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityHint);
        _heads.AsSpan().Fill(None);
        _entries = new Entry[capacityHint];
        _entries.AsSpan().Fill(Entry.Unscheduled);
    }

    /// <summary>How late a key may be reported, beyond the caller's own delay: 8.4 ms.</summary>
    public static TimeSpan Granularity { get; } = new MonotonicTime(1L << TickShift) - MonotonicTime.Zero;

    /// <summary>How many keys have a deadline.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// When to call <see cref="TryTakeExpired"/> next; <see cref="MonotonicTime.Never"/> without deadlines. A far deadline is announced
    /// early, for the wheel's own upkeep, at most six times; no deadline is announced more than <see cref="Granularity"/> late.
    /// </summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            if (_heads[DueList] != None) return TimeOf(_presentTick);
            return _occupiedLevels == 0 ? MonotonicTime.Never : TimeOf(FirstSlot(out _));
        }
    }

    /// <summary>Whether <paramref name="key"/> has a deadline.</summary>
    public bool IsScheduled(int key) => (uint)key < (uint)_entries.Length && _entries[key].IsScheduled;

    /// <summary>Gives <paramref name="key"/> a deadline in place of any that it has; <see cref="MonotonicTime.Never"/> takes it away.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="key"/> is negative.</exception>
    public void Schedule(int key, MonotonicTime deadline)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(key);
        Cancel(key);

        long tick = (deadline.Nanoseconds >> TickShift) + ((deadline.Nanoseconds & ((1L << TickShift) - 1)) != 0 ? 1 : 0);
        if (tick > LastTick) return;

        if (key >= _entries.Length) Grow(key);
        _entries[key].Tick = Math.Max(tick, 0);
        Count++;
        Link(key);
    }

    /// <summary>Takes the deadline of <paramref name="key"/> away.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Cancel(int key)
    {
        if (!IsScheduled(key)) return false;

        Unlink(key);
        _entries[key] = Entry.Unscheduled;
        Count--;
        return true;
    }

    /// <summary>
    /// Takes one key whose deadline has come, earliest tick first; call it until it returns false. A deadline set meanwhile is taken in
    /// the same round only if it is not after <paramref name="now"/>.
    /// </summary>
    public bool TryTakeExpired(MonotonicTime now, out int key)
    {
        key = _heads[DueList];
        if (key == None)
        {
            Advance(now.Nanoseconds >> TickShift);
            key = _heads[DueList];
        }

        return Cancel(key);
    }

    // Moves the present on to the next tick that has keys due, or to the tick of now when there is none before.
    private void Advance(long nowTick)
    {
        while (_occupiedLevels != 0 && _heads[DueList] == None)
        {
            long slotTick = FirstSlot(out int slot);
            if (slotTick > nowTick) break;

            _presentTick = slotTick;
            Spread(slot);
        }

        if (_heads[DueList] == None) _presentTick = Math.Max(_presentTick, nowTick);
    }

    // The present has reached the slot: its keys fall to lower levels, or are due.
    private void Spread(int slot)
    {
        int key = _heads[slot];
        _heads[slot] = None;
        MarkEmpty(slot);
        while (key != None)
        {
            int next = _entries[key].Next;
            Link(key);
            key = next;
        }
    }

    private long FirstSlot(out int slot)
    {
        int level = BitOperations.TrailingZeroCount(_occupiedLevels);
        int digit = BitOperations.TrailingZeroCount(_occupiedSlots[level]);
        int shift = level * DigitBits;
        slot = level * SlotsPerLevel + digit;

        // The digits above the level are those of the present, the digit of the level is the slot's, those below are zero.
        return (_presentTick >> shift + DigitBits << DigitBits | (uint)digit) << shift;
    }

    private int ListFor(long tick)
    {
        if (tick <= _presentTick) return DueList;

        int level = BitOperations.Log2((ulong)(tick ^ _presentTick)) / DigitBits;
        return level * SlotsPerLevel + (int)(tick >> level * DigitBits & SlotsPerLevel - 1);
    }

    private void Link(int key)
    {
        ref Entry entry = ref _entries[key];
        int list = ListFor(entry.Tick);
        int head = _heads[list];
        entry.Next = head;
        entry.Previous = ~list;
        if (head != None)
            _entries[head].Previous = key;
        else if (list != DueList)
            MarkOccupied(list);

        _heads[list] = key;
    }

    private void Unlink(int key)
    {
        ref Entry entry = ref _entries[key];
        if (entry.Next != None) _entries[entry.Next].Previous = entry.Previous;
        if (entry.Previous >= 0)
        {
            _entries[entry.Previous].Next = entry.Next;
            return;
        }

        int list = ~entry.Previous;
        _heads[list] = entry.Next;
        if (entry.Next == None && list != DueList) MarkEmpty(list);
    }

    private void MarkOccupied(int slot)
    {
        int level = slot / SlotsPerLevel;
        _occupiedSlots[level] |= 1UL << slot % SlotsPerLevel;
        _occupiedLevels |= 1u << level;
    }

    private void MarkEmpty(int slot)
    {
        int level = slot / SlotsPerLevel;
        ulong left = _occupiedSlots[level] &= ~(1UL << slot % SlotsPerLevel);
        if (left == 0) _occupiedLevels &= ~(1u << level);
    }

    private void Grow(int key)
    {
        int used = _entries.Length;
        Array.Resize(ref _entries, (int)Math.Min(Math.Max(used * 2L, key + 1L), Array.MaxLength));
        Debug.Assert(key < _entries.Length, "Keys are slots of a table that fits in memory.");
        _entries.AsSpan(used).Fill(Entry.Unscheduled);
    }

    private static MonotonicTime TimeOf(long tick) => new(tick << TickShift);

    /// <summary>A key's deadline and its neighbours in the list of its slot.</summary>
    private struct Entry
    {
        public static readonly Entry Unscheduled = new() { Tick = -1, Next = None };

        public long Tick;
        public int Next;

        // The key before this one or, for the first, the complement of its list.
        public int Previous;

        public readonly bool IsScheduled => Tick >= 0;
    }
}
