using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>Turns the blocks of eight messages into vectors of which each holds one word of every message. Needs AVX2.</summary>
internal static class LaneTranspose
{
    /// <summary>Reads eight big-endian words of each of eight messages.</summary>
    /// <param name="first">The words of message 0.</param>
    /// <param name="stride">How far, in bytes, those of each next message are behind it.</param>
    /// <param name="words">Receives eight vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadEight(ref byte first, nuint stride, ref Vector256<uint> words)
    {
        Vector256<uint> r0 = Row(ref first, 0), r1 = Row(ref first, stride);
        Vector256<uint> r2 = Row(ref first, 2 * stride), r3 = Row(ref first, 3 * stride);
        Vector256<uint> r4 = Row(ref first, 4 * stride), r5 = Row(ref first, 5 * stride);
        Vector256<uint> r6 = Row(ref first, 6 * stride), r7 = Row(ref first, 7 * stride);

        // Words of two messages side by side, then of four within each half of a vector, then the halves.
        Vector256<ulong> a = Low(r0, r1), b = High(r0, r1), c = Low(r2, r3), d = High(r2, r3);
        Vector256<ulong> e = Low(r4, r5), f = High(r4, r5), g = Low(r6, r7), h = High(r6, r7);
        Join(Avx2.UnpackLow(a, c), Avx2.UnpackLow(e, g), ref words, 0);
        Join(Avx2.UnpackHigh(a, c), Avx2.UnpackHigh(e, g), ref words, 1);
        Join(Avx2.UnpackLow(b, d), Avx2.UnpackLow(f, h), ref words, 2);
        Join(Avx2.UnpackHigh(b, d), Avx2.UnpackHigh(f, h), ref words, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ref byte first, nuint offset)
    {
        Vector128<byte> bigEndian = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        return Avx2.Shuffle(Vector256.LoadUnsafe(ref first, offset), Vector256.Create(bigEndian, bigEndian)).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Low(Vector256<uint> left, Vector256<uint> right) => Avx2.UnpackLow(left, right).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> High(Vector256<uint> left, Vector256<uint> right) => Avx2.UnpackHigh(left, right).AsUInt64();

    // Word n of messages 0 to 3 and of 4 to 7 stands in the lower halves, word n + 4 in the upper ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector256<ulong> early, Vector256<ulong> late, ref Vector256<uint> words, int n)
    {
        Unsafe.Add(ref words, n) = Avx2.Permute2x128(early, late, 0x20).AsUInt32();
        Unsafe.Add(ref words, n + 4) = Avx2.Permute2x128(early, late, 0x31).AsUInt32();
    }
}
