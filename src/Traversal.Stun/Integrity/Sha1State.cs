using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Traversal.Stun;

/// <summary>The state of SHA-1 between two blocks (FIPS 180-4 section 6.1), as a value: HMAC keeps two of them for each key.</summary>
internal struct Sha1State
{
    public uint A, B, C, D, E;

    public static Sha1State Initial => new() { A = 0x67452301, B = 0xEFCDAB89, C = 0x98BADCFE, D = 0x10325476, E = 0xC3D2E1F0 };

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, A);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], B);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], C);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], D);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], E);
    }

    /// <summary>Takes in one block of 64 bytes.</summary>
    [SkipLocalsInit]
    public void Compress(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[80];
        for (int i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (int i = 16; i < 80; i++) w[i] = BitOperations.RotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);

        uint a = A, b = B, c = C, d = D, e = E;
        for (int i = 0; i < 80; i++)
        {
            uint mixed = i switch
            {
                < 20 => (d ^ (b & (c ^ d))) + 0x5A827999,
                < 40 => (b ^ c ^ d) + 0x6ED9EBA1,
                < 60 => ((b & c) | (d & (b | c))) + 0x8F1BBCDC,
                _ => (b ^ c ^ d) + 0xCA62C1D6,
            };
            uint next = BitOperations.RotateLeft(a, 5) + mixed + e + w[i];
            e = d;
            d = c;
            c = BitOperations.RotateLeft(b, 30);
            b = a;
            a = next;
        }

        A += a;
        B += b;
        C += c;
        D += d;
        E += e;
    }
}
