using System.Runtime.CompilerServices;

namespace Traversal.Turn.Server;

/// <summary>
/// Finds slots by the hash of their key, which stands in the slot itself: eight bytes an entry, so that the index of ten thousand allocations fits
/// the processor's own cache. Open addressing with linear probing; it doubles when half are full. The hash must be seeded.
/// </summary>
internal sealed class SlotIndex
{
    private const int SmallestCapacity = 16;

    // The hash in the upper half, the slot and one in the lower; 0 is free.
    private ulong[] _entries = new ulong[SmallestCapacity];
    private int _count;

    /// <summary>
    /// Goes on to the next slot with this hash, of which the caller asks whether it has the key. Begins with <paramref name="position"/> at the hash.
    /// </summary>
    /// <returns>A slot, or <see cref="RelayMachine.NoSlot"/> when there are no more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(uint hash, ref uint position)
    {
        ulong[] entries = _entries;
        while (true)
        {
            ulong entry = entries[(int)position & (entries.Length - 1)];
            position++;
            if (entry == 0) return RelayMachine.NoSlot;
            if ((uint)(entry >> 32) == hash) return (int)(uint)entry - 1;
        }
    }

    /// <summary>Adds a slot whose key is not there.</summary>
    public void Add(uint hash, int slot)
    {
        if (++_count > _entries.Length / 2) Grow();
        Insert((ulong)hash << 32 | (uint)(slot + 1));
    }

    /// <summary>Removes a slot that is there.</summary>
    public void Remove(uint hash, int slot)
    {
        int mask = _entries.Length - 1;
        ulong entry = (ulong)hash << 32 | (uint)(slot + 1);
        int position = (int)hash & mask;
        while (_entries[position] != entry) position = position + 1 & mask;
        Close(position);
        _count--;
    }

    // Fills the hole with the next entry that may stand there, and goes on with the hole that this leaves; so there are no tombstones.
    private void Close(int hole)
    {
        int mask = _entries.Length - 1;
        for (int position = hole + 1 & mask; _entries[position] != 0; position = position + 1 & mask)
        {
            int home = (int)(_entries[position] >> 32) & mask;
            bool homeIsAfterHole = (position - home & mask) < (position - hole & mask);
            if (homeIsAfterHole) continue;

            _entries[hole] = _entries[position];
            hole = position;
        }

        _entries[hole] = 0;
    }

    private void Insert(ulong entry)
    {
        int mask = _entries.Length - 1;
        int position = (int)(entry >> 32) & mask;
        while (_entries[position] != 0) position = position + 1 & mask;
        _entries[position] = entry;
    }

    private void Grow()
    {
        ulong[] old = _entries;
        _entries = new ulong[old.Length * 2];
        foreach (ulong entry in old)
        {
            if (entry != 0) Insert(entry);
        }
    }
}
