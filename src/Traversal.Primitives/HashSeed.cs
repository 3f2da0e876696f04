using System.Runtime.CompilerServices;

namespace Traversal.Primitives;

/// <summary>
/// The secret of one hash table. Keys from the network, hashed with a seed that the network does not know, collide no more often than random
/// ones, however they were chosen.
/// </summary>
/// <remarks>
/// Multilinear hashing (Lemire and Kaser, "Strongly universal string hashing is fast", 2014): the words of a key, as pairs of 32 bits, are
/// added to secret numbers and multiplied. For any two different keys the upper 32 bits of the sum are independent and uniform, which is
/// proven, and the products do not wait for each other, which makes it quick. A key must always be hashed with the same number of words.
/// </remarks>
public readonly struct HashSeed
{
    private readonly ulong _sum;
    private readonly ulong _a0;
    private readonly ulong _a1;
    private readonly ulong _b0;
    private readonly ulong _b1;
    private readonly ulong _c0;
    private readonly ulong _c1;
    private readonly ulong _d0;
    private readonly ulong _d1;

    private HashSeed(RandomSource random)
    {
        _sum = random.NextUInt64();
        _a0 = random.NextUInt64();
        _a1 = random.NextUInt64();
        _b0 = random.NextUInt64();
        _b1 = random.NextUInt64();
        _c0 = random.NextUInt64();
        _c1 = random.NextUInt64();
        _d0 = random.NextUInt64();
        _d1 = random.NextUInt64();
    }

    /// <summary>Draws a seed.</summary>
    public static HashSeed Create(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(random);
    }

    /// <summary>Hashes a key of one word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a) => Scatter(_sum + Product(a, _a0, _a1));

    /// <summary>Hashes a key of two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a, ulong b) => Scatter(_sum + Product(a, _a0, _a1) + Product(b, _b0, _b1));

    /// <summary>Hashes a key of three words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a, ulong b, ulong c) =>
        Scatter(_sum + Product(a, _a0, _a1) + Product(b, _b0, _b1) + Product(c, _c0, _c1));

    /// <summary>Hashes a key of four words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ulong a, ulong b, ulong c, ulong d) =>
        Scatter(_sum + Product(a, _a0, _a1) + Product(b, _b0, _b1) + Product(c, _c0, _c1) + Product(d, _d0, _d1));

    private static ulong Product(ulong word, ulong lower, ulong upper) => (lower + (uint)word) * (upper + (word >> 32));

    // One to one, so it makes no collision; it breaks up the even steps in which neighbouring keys would follow each other through a table.
    private static uint Scatter(ulong sum)
    {
        uint hash = (uint)(sum >> 32);
        hash = (hash ^ hash >> 16) * 0x7FEB_352D;
        return hash ^ hash >> 15;
    }
}
