using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>The sixty-four words that a block expands to, each with its round's constant added (FIPS 180-4 section 6.2.2).</summary>
[InlineArray(64)]
internal struct Sha256Schedule
{
    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4 section 4.2.2).
    private static readonly uint[] Constants =
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    private uint _first;

    [UnscopedRef]
    public readonly ref readonly uint First => ref _first;

    /// <summary>Four words at a time.</summary>
    public void ExpandVector(in HashBlock block)
    {
        ref uint w = ref _first, k = ref MemoryMarshal.GetArrayDataReference(Constants);
        Vector128<uint> a = block.W0, b = block.W4, c = block.W8, d = block.W12;
        for (nuint i = 0; ; i += 16)
        {
            (a + Vector128.LoadUnsafe(ref k, i)).StoreUnsafe(ref w, i);
            (b + Vector128.LoadUnsafe(ref k, i + 4)).StoreUnsafe(ref w, i + 4);
            (c + Vector128.LoadUnsafe(ref k, i + 8)).StoreUnsafe(ref w, i + 8);
            (d + Vector128.LoadUnsafe(ref k, i + 12)).StoreUnsafe(ref w, i + 12);
            if (i == 48) break;

            a = Next(a, b, c, d);
            b = Next(b, c, d, a);
            c = Next(c, d, a, b);
            d = Next(d, a, b, c);
        }
    }

    /// <summary>One word at a time, as the standard has it.</summary>
    public void ExpandScalar(in HashBlock block)
    {
        Span<uint> w = this;
        block.CopyTo(w);
        for (int i = 16; i < w.Length; i++)
        {
            uint s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ w[i - 15] >> 3;
            uint s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        for (int i = 0; i < w.Length; i++) w[i] += Constants[i];
    }

    // Words t to t+3 from the sixteen before them. The last two need the first two: those are finished before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Next(Vector128<uint> w16, Vector128<uint> w12, Vector128<uint> w8, Vector128<uint> w4)
    {
        Vector128<uint> w15 = After(w16, w12);
        Vector128<uint> sum = w16 + After(w8, w4) + (Rotate(w15, 7) ^ Rotate(w15, 18) ^ w15 >>> 3);
        sum += Vector128.Shuffle(Late(w4), Vector128.Create(2, 3, uint.MaxValue, uint.MaxValue));
        return sum + Vector128.Shuffle(Late(sum), Vector128.Create(uint.MaxValue, uint.MaxValue, 0, 1));
    }

    private static Vector128<uint> Late(Vector128<uint> words) => Rotate(words, 17) ^ Rotate(words, 19) ^ words >>> 10;

    // Three words of one and the first of the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> After(Vector128<uint> lower, Vector128<uint> upper) =>
        Ssse3.IsSupported
            ? Ssse3.AlignRight(upper, lower, 4)
            : Vector128.Shuffle(lower, Vector128.Create(1, 2, 3, uint.MaxValue)).WithElement(3, upper[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> words, int count) => words >>> count | words << 32 - count;
}
