using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>Eight states of SHA-1 side by side, each in its lane (FIPS 180-4 section 6.1).</summary>
internal struct Sha1Lanes
{
    /// <summary>How many states there are.</summary>
    public const int Count = 8;

    private const uint K0 = 0x5A827999, K20 = 0x6ED9EBA1, K40 = 0x8F1BBCDC, K60 = 0xCA62C1D6;
    private const int Rounds = 80;
    private const int BlockWords = 16;

    private Vector256<uint> _a, _b, _c, _d, _e;

    /// <summary>Reads five words of eight lanes each.</summary>
    public static Sha1Lanes Read(ReadOnlySpan<uint> words) => new()
    {
        _a = Vector256.Create(words),
        _b = Vector256.Create(words[Count..]),
        _c = Vector256.Create(words[(2 * Count)..]),
        _d = Vector256.Create(words[(3 * Count)..]),
        _e = Vector256.Create(words[(4 * Count)..]),
    };

    /// <summary>The lanes of one where <paramref name="condition"/> is all ones, those of the other where it is zero.</summary>
    public static Sha1Lanes Select(Vector256<uint> condition, in Sha1Lanes whenSet, in Sha1Lanes whenClear) => new()
    {
        _a = Vector256.ConditionalSelect(condition, whenSet._a, whenClear._a),
        _b = Vector256.ConditionalSelect(condition, whenSet._b, whenClear._b),
        _c = Vector256.ConditionalSelect(condition, whenSet._c, whenClear._c),
        _d = Vector256.ConditionalSelect(condition, whenSet._d, whenClear._d),
        _e = Vector256.ConditionalSelect(condition, whenSet._e, whenClear._e),
    };

    /// <summary>Zero in the lanes that are equal.</summary>
    public readonly Vector256<uint> DifferenceFrom(in Sha1Lanes other) =>
        (_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d) | (_e ^ other._e);

    /// <summary>Takes in one block for each lane.</summary>
    /// <param name="bytes">The block of lane 0.</param>
    /// <param name="stride">How far the block of each next lane is behind it.</param>
    [SkipLocalsInit]
    public void CompressBytes(ReadOnlySpan<byte> bytes, int stride)
    {
        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[Rounds];
        ref byte first = ref MemoryMarshal.GetReference(bytes[..((Count - 1) * stride + HashBlock.Length)]);
        LaneTranspose.ReadEight(ref first, (nuint)stride, ref schedule[0]);
        LaneTranspose.ReadEight(ref Unsafe.Add(ref first, Vector256<byte>.Count), (nuint)stride, ref schedule[8]);
        Mix(schedule);
    }

    /// <summary>Takes in the last block of an outer HMAC: a digest, its padding and length (RFC 2104).</summary>
    [SkipLocalsInit]
    public void CompressDigest(in Sha1Lanes digest)
    {
        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[Rounds];
        schedule[..BlockWords].Clear();
        schedule[0] = digest._a;
        schedule[1] = digest._b;
        schedule[2] = digest._c;
        schedule[3] = digest._d;
        schedule[4] = digest._e;
        schedule[5] = Vector256.Create(0x8000_0000);
        schedule[15] = Vector256.Create((HashBlock.Length + (uint)StunLimits.IntegrityBytes) * 8);
        Mix(schedule);
    }

    // The same rounds as those of one state; see Sha1State.
    private void Mix(Span<Vector256<uint>> schedule)
    {
        Debug.Assert(schedule.Length == Rounds, "A word for each round.");
        ref Vector256<uint> w = ref MemoryMarshal.GetReference(schedule);
        Expand(ref w);

        Vector256<uint> a = _a, b = _b, c = _c, d = _d, e = _e;
        Vector256<uint> k = Vector256.Create(K0);
        for (int i = 0; i < 20; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + (k + w) + Choose(b, c, d) + Rotate(a, 5);
            b = Rotate(b, 30);
            d = d + (k + Unsafe.Add(ref w, 1)) + Choose(a, b, c) + Rotate(e, 5);
            a = Rotate(a, 30);
            c = c + (k + Unsafe.Add(ref w, 2)) + Choose(e, a, b) + Rotate(d, 5);
            e = Rotate(e, 30);
            b = b + (k + Unsafe.Add(ref w, 3)) + Choose(d, e, a) + Rotate(c, 5);
            d = Rotate(d, 30);
            a = a + (k + Unsafe.Add(ref w, 4)) + Choose(c, d, e) + Rotate(b, 5);
            c = Rotate(c, 30);
        }

        k = Vector256.Create(K20);
        for (int i = 20; i < 40; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + (k + w) + (b ^ c ^ d) + Rotate(a, 5);
            b = Rotate(b, 30);
            d = d + (k + Unsafe.Add(ref w, 1)) + (a ^ b ^ c) + Rotate(e, 5);
            a = Rotate(a, 30);
            c = c + (k + Unsafe.Add(ref w, 2)) + (e ^ a ^ b) + Rotate(d, 5);
            e = Rotate(e, 30);
            b = b + (k + Unsafe.Add(ref w, 3)) + (d ^ e ^ a) + Rotate(c, 5);
            d = Rotate(d, 30);
            a = a + (k + Unsafe.Add(ref w, 4)) + (c ^ d ^ e) + Rotate(b, 5);
            c = Rotate(c, 30);
        }

        k = Vector256.Create(K40);
        for (int i = 40; i < 60; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + (k + w) + Majority(b, c, d) + Rotate(a, 5);
            b = Rotate(b, 30);
            d = d + (k + Unsafe.Add(ref w, 1)) + Majority(a, b, c) + Rotate(e, 5);
            a = Rotate(a, 30);
            c = c + (k + Unsafe.Add(ref w, 2)) + Majority(e, a, b) + Rotate(d, 5);
            e = Rotate(e, 30);
            b = b + (k + Unsafe.Add(ref w, 3)) + Majority(d, e, a) + Rotate(c, 5);
            d = Rotate(d, 30);
            a = a + (k + Unsafe.Add(ref w, 4)) + Majority(c, d, e) + Rotate(b, 5);
            c = Rotate(c, 30);
        }

        k = Vector256.Create(K60);
        for (int i = 60; i < 80; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + (k + w) + (b ^ c ^ d) + Rotate(a, 5);
            b = Rotate(b, 30);
            d = d + (k + Unsafe.Add(ref w, 1)) + (a ^ b ^ c) + Rotate(e, 5);
            a = Rotate(a, 30);
            c = c + (k + Unsafe.Add(ref w, 2)) + (e ^ a ^ b) + Rotate(d, 5);
            e = Rotate(e, 30);
            b = b + (k + Unsafe.Add(ref w, 3)) + (d ^ e ^ a) + Rotate(c, 5);
            d = Rotate(d, 30);
            a = a + (k + Unsafe.Add(ref w, 4)) + (c ^ d ^ e) + Rotate(b, 5);
            c = Rotate(c, 30);
        }

        _a += a;
        _b += b;
        _c += c;
        _d += d;
        _e += e;
    }

    private static void Expand(ref Vector256<uint> w)
    {
        for (int i = BlockWords; i < Rounds; i++, w = ref Unsafe.Add(ref w, 1))
            Unsafe.Add(ref w, 16) = Rotate(Unsafe.Add(ref w, 13) ^ Unsafe.Add(ref w, 8) ^ Unsafe.Add(ref w, 2) ^ w, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Choose(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Majority(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) => (x & y) + (z & (x ^ y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> words, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(words, count) : words << count | words >>> 32 - count;
}
