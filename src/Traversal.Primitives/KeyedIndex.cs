using System.Numerics;

namespace Traversal.Primitives;

/// <summary>
/// Finds the slot number that belongs to a key, for keys that strangers choose: the hash is seeded per table. Open addressing with linear
/// probing in one array, which doubles when half full and allocates at no other time. For one thread; the caller bounds the count.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
public sealed class KeyedIndex<TKey>
    where TKey : struct, ITableKey<TKey>
{
    private const int SmallestCapacity = 8;

    // Free entries have hash 0; a key that hashes to 0 is given this instead.
    private const uint HashInsteadOfZero = 0x8000_0000;

    private readonly HashSeed _seed;
    private Entry[] _entries;

    /// <summary>An empty table.</summary>
    /// <param name="random">Draws the seed.</param>
    /// <param name="capacityHint">So many keys never make the table grow.</param>
    public KeyedIndex(RandomSource random, int capacityHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityHint);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacityHint, Array.MaxLength / 2);
        _seed = HashSeed.Create(random);
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestCapacity, capacityHint * 2L))];
    }

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>Finds the number of a key.</summary>
    /// <returns>Whether the key is there; <paramref name="value"/> is -1 where it is not.</returns>
    public bool TryGet(in TKey key, out int value)
    {
        // The loop of Find once more, with the likely case first: this is where every packet comes through.
        uint hash = HashOf(in key);
        Entry[] entries = _entries;
        for (uint position = hash; ; position++)
        {
            ref readonly Entry entry = ref entries[position & (uint)entries.Length - 1];
            if (entry.Hash == hash && entry.Key.Equals(key))
            {
                value = entry.Value;
                return true;
            }

            if (entry.Hash == 0)
            {
                value = -1;
                return false;
            }
        }
    }

    /// <summary>Adds a key with its number.</summary>
    /// <returns>False, and nothing changed, when the key is there.</returns>
    public bool TryAdd(in TKey key, int value)
    {
        uint hash = HashOf(in key);
        ref Entry entry = ref Find(in key, hash, out _);
        if (entry.Hash != 0) return false;

        if (Count == _entries.Length / 2)
        {
            Grow();
            entry = ref Find(in key, hash, out _);
        }

        entry.Key = key;
        entry.Hash = hash;
        entry.Value = value;
        Count++;
        return true;
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it was there; <paramref name="value"/> is its number, or -1.</returns>
    public bool Remove(in TKey key, out int value)
    {
        ref Entry entry = ref Find(in key, HashOf(in key), out int position);
        if (entry.Hash == 0)
        {
            value = -1;
            return false;
        }

        value = entry.Value;
        Close(position);
        Count--;
        return true;
    }

    /// <inheritdoc cref="Remove(in TKey, out int)"/>
    public bool Remove(in TKey key) => Remove(in key, out _);

    /// <summary>Removes every key; the memory stays.</summary>
    public void Clear()
    {
        Array.Clear(_entries);
        Count = 0;
    }

    private uint HashOf(in TKey key)
    {
        uint hash = key.Hash(in _seed);
        return hash == 0 ? HashInsteadOfZero : hash;
    }

    // The entry of the key, or the free one where it would go. There always is a free one.
    private ref Entry Find(in TKey key, uint hash, out int position)
    {
        Entry[] entries = _entries;
        int mask = entries.Length - 1;
        position = (int)hash & mask;
        while (true)
        {
            ref Entry entry = ref entries[position];
            if (entry.Hash == 0 || (entry.Hash == hash && entry.Key.Equals(key))) return ref entry;
            position = position + 1 & mask;
        }
    }

    // Fills the hole with the next entry that may stand there, and goes on with the hole that this leaves. No tombstones, so a table that is
    // written for years finds as quickly as a new one.
    private void Close(int hole)
    {
        int mask = _entries.Length - 1;
        for (int position = hole + 1 & mask; _entries[position].Hash != 0; position = position + 1 & mask)
        {
            int home = (int)_entries[position].Hash & mask;
            bool homeIsAfterHole = (position - home & mask) < (position - hole & mask);
            if (homeIsAfterHole) continue;

            _entries[hole] = _entries[position];
            hole = position;
        }

        _entries[hole] = default;
    }

    private void Grow()
    {
        Entry[] old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (ref readonly Entry entry in old.AsSpan())
        {
            if (entry.Hash != 0) Find(in entry.Key, entry.Hash, out _) = entry;
        }
    }

    private struct Entry
    {
        public TKey Key;
        public uint Hash;
        public int Value;
    }
}
