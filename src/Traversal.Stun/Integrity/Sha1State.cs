using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Traversal.Stun;

/// <summary>The state of SHA-1 between two blocks (FIPS 180-4 section 6.1), as a value: HMAC keeps two of them for each key.</summary>
internal struct Sha1State
{
    public uint A, B, C, D, E;

    public static Sha1State Initial => new() { A = 0x67452301, B = 0xEFCDAB89, C = 0x98BADCFE, D = 0x10325476, E = 0xC3D2E1F0 };

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], E);
        BinaryPrimitives.WriteUInt32BigEndian(destination, A);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], B);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], C);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], D);
    }

    /// <summary>Takes in one block.</summary>
    [SkipLocalsInit]
    public void Compress(in HashBlock block)
    {
        Unsafe.SkipInit(out Sha1Schedule schedule);
        if (Vector128.IsHardwareAccelerated)
            schedule.ExpandVector(in block);
        else
            schedule.ExpandScalar(in block);
        Mix(in schedule);
    }

    // Five rounds at a time, so that the five words change roles by name and none is moved.
    internal void Mix(in Sha1Schedule schedule)
    {
        ref uint w = ref Unsafe.AsRef(in schedule.First);
        uint a = A, b = B, c = C, d = D, e = E;
        for (int i = 0; i < 20; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + w + Choose(b, c, d) + BitOperations.RotateLeft(a, 5);
            b = BitOperations.RotateLeft(b, 30);
            d = d + Unsafe.Add(ref w, 1) + Choose(a, b, c) + BitOperations.RotateLeft(e, 5);
            a = BitOperations.RotateLeft(a, 30);
            c = c + Unsafe.Add(ref w, 2) + Choose(e, a, b) + BitOperations.RotateLeft(d, 5);
            e = BitOperations.RotateLeft(e, 30);
            b = b + Unsafe.Add(ref w, 3) + Choose(d, e, a) + BitOperations.RotateLeft(c, 5);
            d = BitOperations.RotateLeft(d, 30);
            a = a + Unsafe.Add(ref w, 4) + Choose(c, d, e) + BitOperations.RotateLeft(b, 5);
            c = BitOperations.RotateLeft(c, 30);
        }

        for (int i = 20; i < 40; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + w + (b ^ c ^ d) + BitOperations.RotateLeft(a, 5);
            b = BitOperations.RotateLeft(b, 30);
            d = d + Unsafe.Add(ref w, 1) + (a ^ b ^ c) + BitOperations.RotateLeft(e, 5);
            a = BitOperations.RotateLeft(a, 30);
            c = c + Unsafe.Add(ref w, 2) + (e ^ a ^ b) + BitOperations.RotateLeft(d, 5);
            e = BitOperations.RotateLeft(e, 30);
            b = b + Unsafe.Add(ref w, 3) + (d ^ e ^ a) + BitOperations.RotateLeft(c, 5);
            d = BitOperations.RotateLeft(d, 30);
            a = a + Unsafe.Add(ref w, 4) + (c ^ d ^ e) + BitOperations.RotateLeft(b, 5);
            c = BitOperations.RotateLeft(c, 30);
        }

        for (int i = 40; i < 60; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + w + Majority(b, c, d) + BitOperations.RotateLeft(a, 5);
            b = BitOperations.RotateLeft(b, 30);
            d = d + Unsafe.Add(ref w, 1) + Majority(a, b, c) + BitOperations.RotateLeft(e, 5);
            a = BitOperations.RotateLeft(a, 30);
            c = c + Unsafe.Add(ref w, 2) + Majority(e, a, b) + BitOperations.RotateLeft(d, 5);
            e = BitOperations.RotateLeft(e, 30);
            b = b + Unsafe.Add(ref w, 3) + Majority(d, e, a) + BitOperations.RotateLeft(c, 5);
            d = BitOperations.RotateLeft(d, 30);
            a = a + Unsafe.Add(ref w, 4) + Majority(c, d, e) + BitOperations.RotateLeft(b, 5);
            c = BitOperations.RotateLeft(c, 30);
        }

        for (int i = 60; i < 80; i += 5, w = ref Unsafe.Add(ref w, 5))
        {
            e = e + w + (b ^ c ^ d) + BitOperations.RotateLeft(a, 5);
            b = BitOperations.RotateLeft(b, 30);
            d = d + Unsafe.Add(ref w, 1) + (a ^ b ^ c) + BitOperations.RotateLeft(e, 5);
            a = BitOperations.RotateLeft(a, 30);
            c = c + Unsafe.Add(ref w, 2) + (e ^ a ^ b) + BitOperations.RotateLeft(d, 5);
            e = BitOperations.RotateLeft(e, 30);
            b = b + Unsafe.Add(ref w, 3) + (d ^ e ^ a) + BitOperations.RotateLeft(c, 5);
            d = BitOperations.RotateLeft(d, 30);
            a = a + Unsafe.Add(ref w, 4) + (c ^ d ^ e) + BitOperations.RotateLeft(b, 5);
            c = BitOperations.RotateLeft(c, 30);
        }

        A += a;
        B += b;
        C += c;
        D += d;
        E += e;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Choose(uint x, uint y, uint z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Majority(uint x, uint y, uint z) => (x & y) + (z & (x ^ y));
}
