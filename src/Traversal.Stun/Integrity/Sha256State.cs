using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Traversal.Stun;

/// <summary>The state of SHA-256 between two blocks (FIPS 180-4 section 6.2), as a value: HMAC keeps two of them for each key.</summary>
internal struct Sha256State
{
    public uint A, B, C, D, E, F, G, H;

    public static Sha256State Initial => new()
    {
        A = 0x6A09E667, B = 0xBB67AE85, C = 0x3C6EF372, D = 0xA54FF53A, E = 0x510E527F, F = 0x9B05688C, G = 0x1F83D9AB, H = 0x5BE0CD19,
    };

    public readonly void Write(Span<byte> destination)
    {
        ReadOnlySpan<uint> words = [A, B, C, D, E, F, G, H];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(destination[(i * 4)..], words[i]);
    }

    /// <summary>Takes in one block.</summary>
    [SkipLocalsInit]
    public void Compress(in HashBlock block)
    {
        Unsafe.SkipInit(out Sha256Schedule schedule);
        if (Vector128.IsHardwareAccelerated)
            schedule.ExpandVector(in block);
        else
            schedule.ExpandScalar(in block);
        Mix(in schedule);
    }

    // Eight rounds at a time, so that the eight words change roles by name and none is moved.
    internal void Mix(in Sha256Schedule schedule)
    {
        ref uint w = ref Unsafe.AsRef(in schedule.First);
        uint a = A, b = B, c = C, d = D, e = E, f = F, g = G, h = H;
        for (int i = 0; i < 64; i += 8, w = ref Unsafe.Add(ref w, 8))
        {
            h += w + Choose(e, f, g) + Late(e);
            d += h;
            h += Majority(a, b, c) + Early(a);
            g += Unsafe.Add(ref w, 1) + Choose(d, e, f) + Late(d);
            c += g;
            g += Majority(h, a, b) + Early(h);
            f += Unsafe.Add(ref w, 2) + Choose(c, d, e) + Late(c);
            b += f;
            f += Majority(g, h, a) + Early(g);
            e += Unsafe.Add(ref w, 3) + Choose(b, c, d) + Late(b);
            a += e;
            e += Majority(f, g, h) + Early(f);
            d += Unsafe.Add(ref w, 4) + Choose(a, b, c) + Late(a);
            h += d;
            d += Majority(e, f, g) + Early(e);
            c += Unsafe.Add(ref w, 5) + Choose(h, a, b) + Late(h);
            g += c;
            c += Majority(d, e, f) + Early(d);
            b += Unsafe.Add(ref w, 6) + Choose(g, h, a) + Late(g);
            f += b;
            b += Majority(c, d, e) + Early(c);
            a += Unsafe.Add(ref w, 7) + Choose(f, g, h) + Late(f);
            e += a;
            a += Majority(b, c, d) + Early(b);
        }

        A += a;
        B += b;
        C += c;
        D += d;
        E += e;
        F += f;
        G += g;
        H += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Choose(uint x, uint y, uint z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Majority(uint x, uint y, uint z) => (x & y) | (z & (x | y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Early(uint x) =>
        BitOperations.RotateRight(x, 2) ^ BitOperations.RotateRight(x, 13) ^ BitOperations.RotateRight(x, 22);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Late(uint x) =>
        BitOperations.RotateRight(x, 6) ^ BitOperations.RotateRight(x, 11) ^ BitOperations.RotateRight(x, 25);
}
