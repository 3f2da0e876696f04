using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>The eighty words that a block expands to, each with its round's constant added (FIPS 180-4 section 6.1.2).</summary>
[InlineArray(80)]
internal struct Sha1Schedule
{
    private const uint K0 = 0x5A827999, K20 = 0x6ED9EBA1, K40 = 0x8F1BBCDC, K60 = 0xCA62C1D6;

    private uint _first;

    [UnscopedRef]
    public readonly ref readonly uint First => ref _first;

    /// <summary>Four words at a time.</summary>
    public void ExpandVector(in HashBlock block)
    {
        ref uint w = ref _first;
        Vector128<uint> a = block.W0, b = block.W4, c = block.W8, d = block.W12;
        Vector128<uint> k = Vector128.Create(K0);
        (a + k).StoreUnsafe(ref w);
        (b + k).StoreUnsafe(ref w, 4);
        (c + k).StoreUnsafe(ref w, 8);
        (d + k).StoreUnsafe(ref w, 12);

        Vector128<uint> e = Near(a, b, c, d), f = Near(b, c, d, e), g = Near(c, d, e, f), h = Near(d, e, f, g);
        (e + k).StoreUnsafe(ref w, 16);
        k = Vector128.Create(K20);
        (f + k).StoreUnsafe(ref w, 20);
        (g + k).StoreUnsafe(ref w, 24);
        (h + k).StoreUnsafe(ref w, 28);

        // From here on the eight latest vectors suffice for each next one, and none of its words is needed by another of them.
        a = Far(a, b, g, h, e);
        (a + k).StoreUnsafe(ref w, 32);
        b = Far(b, c, h, a, f);
        (b + k).StoreUnsafe(ref w, 36);
        k = Vector128.Create(K40);
        c = Far(c, d, a, b, g);
        (c + k).StoreUnsafe(ref w, 40);
        d = Far(d, e, b, c, h);
        (d + k).StoreUnsafe(ref w, 44);
        e = Far(e, f, c, d, a);
        (e + k).StoreUnsafe(ref w, 48);
        f = Far(f, g, d, e, b);
        (f + k).StoreUnsafe(ref w, 52);
        g = Far(g, h, e, f, c);
        (g + k).StoreUnsafe(ref w, 56);
        k = Vector128.Create(K60);
        h = Far(h, a, f, g, d);
        (h + k).StoreUnsafe(ref w, 60);
        a = Far(a, b, g, h, e);
        (a + k).StoreUnsafe(ref w, 64);
        b = Far(b, c, h, a, f);
        (b + k).StoreUnsafe(ref w, 68);
        c = Far(c, d, a, b, g);
        (c + k).StoreUnsafe(ref w, 72);
        d = Far(d, e, b, c, h);
        (d + k).StoreUnsafe(ref w, 76);
    }

    /// <summary>One word at a time, as the standard has it.</summary>
    public void ExpandScalar(in HashBlock block)
    {
        Span<uint> w = this;
        block.CopyTo(w);
        for (int i = 16; i < w.Length; i++) w[i] = BitOperations.RotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < w.Length; i++) w[i] += i < 20 ? K0 : i < 40 ? K20 : i < 60 ? K40 : K60;
    }

    // Words t to t+3 from the sixteen before them. The last of them needs the first: it is mixed in afterwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Near(Vector128<uint> w16, Vector128<uint> w12, Vector128<uint> w8, Vector128<uint> w4)
    {
        Vector128<uint> mixed = w16 ^ Between(w16, w12) ^ w8 ^ Vector128.Shuffle(w4, Vector128.Create(1u, 2, 3, uint.MaxValue));
        return Rotate(mixed, 1) ^ Rotate(Vector128.Shuffle(mixed, Vector128.Create(uint.MaxValue, uint.MaxValue, uint.MaxValue, 0)), 2);
    }

    // The recurrence applied to itself: w[t] is w[t-6] ^ w[t-16] ^ w[t-28] ^ w[t-32], rotated by two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Far(
        Vector128<uint> w32, Vector128<uint> w28, Vector128<uint> w8, Vector128<uint> w4, Vector128<uint> w16) =>
        Rotate(w32 ^ w28 ^ w16 ^ Between(w8, w4), 2);

    // The upper half of one and the lower half of the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Between(Vector128<uint> lower, Vector128<uint> upper) =>
        Ssse3.IsSupported ? Ssse3.AlignRight(upper, lower, 8) : Vector128.Create(lower.GetUpper(), upper.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> words, int count) => words << count | words >>> 32 - count;
}
