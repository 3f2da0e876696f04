using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Traversal.Turn.Server;

/// <summary>
/// Finds slots by the hash of their key, which stands in the slot itself: eight bytes an entry, so that the index of ten thousand allocations fits
/// the processor's own cache. Buckets of four are compared at once: to go from entry to entry is a branch that is guessed wrong for every sixth key, and
/// then the processor waits for memory that it would have fetched ahead. What a full bucket cannot take stands in the next. It doubles when half are
/// full. The hash must be seeded.
/// </summary>
internal sealed class SlotIndex
{
    private const int BucketShift = 2;
    private const int BucketSize = 1 << BucketShift;
    private const int SmallestCapacity = 4 * BucketSize;

    // The hash in the upper half, the slot and one in the lower; 0 is free.
    private ulong[] _entries = new ulong[SmallestCapacity];
    private int _count;

    /// <summary>Where <see cref="Next"/> begins for a hash.</summary>
    public static uint Begin(uint hash) => hash & ~(BucketSize - 1u);

    /// <summary>Reads an entry of the bucket where <see cref="Next"/> begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Touch(uint hash)
    {
        ulong[] entries = _entries;
        return entries[Begin(hash) & (uint)(entries.Length - 1)];
    }

    /// <summary>The first slot with this hash in the bucket where <see cref="Next"/> begins, or <see cref="RelayMachine.NoSlot"/>: nearly always the one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(uint hash)
    {
        ulong[] entries = _entries;
        uint first = Begin(hash) & (uint)(entries.Length - 1);
        Vector256<ulong> bucket = Vector256.LoadUnsafe(ref entries[first]);
        uint equal = Vector256.Equals(bucket >>> 32, Vector256.Create((ulong)hash)).ExtractMostSignificantBits();

        // A free entry has no hash, and would be taken for slot -1, which is none.
        return equal == 0 ? RelayMachine.NoSlot : (int)(uint)entries[first + (uint)BitOperations.TrailingZeroCount(equal)] - 1;
    }

    /// <summary>Goes on to the next slot with this hash, of which the caller asks whether it has the key.</summary>
    /// <returns>A slot, or <see cref="RelayMachine.NoSlot"/> when there are no more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(uint hash, ref uint position)
    {
        ulong[] entries = _entries;
        while (true)
        {
            uint first = position & ~(BucketSize - 1u) & (uint)(entries.Length - 1);
            Vector256<ulong> bucket = Vector256.LoadUnsafe(ref entries[first]);
            uint free = Vector256.Equals(bucket, Vector256<ulong>.Zero).ExtractMostSignificantBits();
            uint equal = Vector256.Equals(bucket >>> 32, Vector256.Create((ulong)hash)).ExtractMostSignificantBits();
            uint found = equal & ~free & uint.MaxValue << (int)(position & (BucketSize - 1));
            if (found != 0)
            {
                uint place = (uint)BitOperations.TrailingZeroCount(found);
                position = (position & ~(BucketSize - 1u)) + place + 1;
                return (int)(uint)entries[first + place] - 1;
            }

            if (free != 0) return RelayMachine.NoSlot;
            position = (position & ~(BucketSize - 1u)) + BucketSize;
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
        ulong entry = (ulong)hash << 32 | (uint)(slot + 1);
        int bucket = HomeOf(entry);
        int place;
        while ((place = Bucket(bucket).IndexOf(entry)) < 0) bucket = After(bucket);
        Close(bucket, place);
        _count--;
    }

    // Fills the hole with an entry that a full bucket had displaced, and goes on with the hole that this leaves; so there are no tombstones.
    private void Close(int bucket, int place)
    {
        bool wasFull = IsFull(bucket);
        Bucket(bucket)[place] = 0;
        for (int next = After(bucket); wasFull; next = After(next))
        {
            int displaced = FindDisplaced(next, bucket);
            wasFull = IsFull(next);
            if (displaced < 0) continue;

            Bucket(bucket)[place] = Bucket(next)[displaced];
            Bucket(next)[displaced] = 0;
            (bucket, place) = (next, displaced);
        }
    }

    /// <summary>The place of an entry that would rather stand in a bucket before its own, or -1.</summary>
    private int FindDisplaced(int bucket, int before)
    {
        Span<ulong> entries = Bucket(bucket);
        for (int place = 0; place < entries.Length; place++)
        {
            if (entries[place] != 0 && Distance(HomeOf(entries[place]), bucket) >= Distance(before, bucket)) return place;
        }

        return -1;
    }

    private void Insert(ulong entry)
    {
        int bucket = HomeOf(entry);
        while (IsFull(bucket)) bucket = After(bucket);
        Bucket(bucket)[Bucket(bucket).IndexOf(0UL)] = entry;
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

    private int LastBucket => (_entries.Length >> BucketShift) - 1;

    private Span<ulong> Bucket(int bucket) => _entries.AsSpan(bucket << BucketShift, BucketSize);

    private bool IsFull(int bucket) => !Bucket(bucket).Contains(0UL);

    private int HomeOf(ulong entry) => (int)(entry >> (32 + BucketShift)) & LastBucket;

    private int After(int bucket) => bucket + 1 & LastBucket;

    private int Distance(int from, int to) => to - from & LastBucket;
}
