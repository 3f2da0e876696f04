using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>
/// CRC-32 by carry-less multiplication: sixteen bytes of polynomial are moved forward by multiplying with powers of x, and what is left is
/// reduced (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction").
/// </summary>
internal static class CarrylessCrc32
{
    private const int Chunk = 16;

    // x to the power of the distance in bits, plus and minus 32, modulo the polynomial; reflected.
    private static Vector128<ulong> Forward512 => Vector128.Create(0x1_5444_2BD4ul, 0x1_C6E4_1596ul);
    private static Vector128<ulong> Forward128 => Vector128.Create(0x1_7519_97D0ul, 0x0_CCAA_009Eul);
    private static Vector128<ulong> Forward64 => Vector128.Create(0x1_63CD_6124ul, 0);

    // The polynomial and its quotient for the reduction of Barrett.
    private static Vector128<ulong> Barrett => Vector128.Create(0x1_DB71_0641ul, 0x1_F701_1641ul);

    // Sixteen windows over this right-align the first bytes of a chunk and put zeros in front.
    private static ReadOnlySpan<byte> Alignments =>
    [
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported;

    /// <summary>
    /// Whether there is a first chunk, and its part in front of whole chunks holds the initial value: STUN messages are multiples of four.
    /// </summary>
    public static bool Takes(int length) => length >= Chunk && (length & 3) == 0;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(Takes(bytes.Length), "The caller asks first.");
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint length = (nuint)bytes.Length, offset = length % Chunk;

        // Zeros in front of a message do not change a CRC that starts from zero, and starting from ones is the same as inverting the first
        // word.
        Vector128<ulong> remainder;
        Vector128<byte> first = Vector128.LoadUnsafe(ref start) ^ Vector128.Create(uint.MaxValue, 0, 0, 0).AsByte();
        if (offset == 0)
        {
            remainder = first.AsUInt64();
            offset = Chunk;
        }
        else
        {
            remainder = Ssse3.Shuffle(first, Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Alignments), offset)).AsUInt64();
        }

        if (length - offset >= 4 * Chunk) remainder = FoldFour(ref start, length, ref offset, remainder);
        for (; offset < length; offset += Chunk) remainder = Fold(remainder, Forward128) ^ Load(ref start, offset);
        return ~Reduce(remainder);
    }

    // Four chains at once, as one multiplication takes several cycles and the next need not wait for it.
    private static Vector128<ulong> FoldFour(ref byte start, nuint length, ref nuint offset, Vector128<ulong> remainder)
    {
        Vector128<ulong> a = remainder, b = Load(ref start, offset), c = Load(ref start, offset + 16), d = Load(ref start, offset + 32);
        for (offset += 3 * Chunk; length - offset >= 4 * Chunk; offset += 4 * Chunk)
        {
            a = Fold(a, Forward512) ^ Load(ref start, offset);
            b = Fold(b, Forward512) ^ Load(ref start, offset + 16);
            c = Fold(c, Forward512) ^ Load(ref start, offset + 32);
            d = Fold(d, Forward512) ^ Load(ref start, offset + 48);
        }

        b ^= Fold(a, Forward128);
        c ^= Fold(b, Forward128);
        return d ^ Fold(c, Forward128);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ref byte start, nuint offset) => Vector128.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> remainder, Vector128<ulong> power) =>
        Pclmulqdq.CarrylessMultiply(remainder, power, 0x00) ^ Pclmulqdq.CarrylessMultiply(remainder, power, 0x11);

    // From 128 bits to 96, to 64, to 32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(Vector128<ulong> remainder)
    {
        Vector128<ulong> low32 = Vector128.Create(uint.MaxValue, 0ul);
        remainder = Pclmulqdq.CarrylessMultiply(remainder, Forward128, 0x10) ^ Sse2.ShiftRightLogical128BitLane(remainder, 8);
        remainder = Pclmulqdq.CarrylessMultiply(remainder & low32, Forward64, 0x00) ^ Sse2.ShiftRightLogical128BitLane(remainder, 4);
        Vector128<ulong> quotient = Pclmulqdq.CarrylessMultiply(remainder & low32, Barrett, 0x10) & low32;
        return (Pclmulqdq.CarrylessMultiply(quotient, Barrett, 0x00) ^ remainder).AsUInt32()[1];
    }
}
