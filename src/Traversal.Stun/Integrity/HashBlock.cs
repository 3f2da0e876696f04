using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Traversal.Stun;

/// <summary>The sixteen words of one block of SHA-1 or SHA-256, as numbers.</summary>
internal readonly struct HashBlock(Vector128<uint> w0, Vector128<uint> w4, Vector128<uint> w8, Vector128<uint> w12)
{
    /// <summary>The length of a block in bytes.</summary>
    public const int Length = 64;

    public readonly Vector128<uint> W0 = w0, W4 = w4, W8 = w8, W12 = w12;

    /// <summary>Reads the first 64 of <paramref name="bytes"/>.</summary>
    public static HashBlock Read(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes[..Length]);
        return new(Words(ref start, 0), Words(ref start, 16), Words(ref start, 32), Words(ref start, 48));
    }

    /// <summary>The block with another low half of its first word.</summary>
    public HashBlock WithLength(ushort length) => new(W0.WithElement(0, (W0[0] & 0xFFFF_0000) | length), W4, W8, W12);

    public void CopyTo(Span<uint> words)
    {
        W0.CopyTo(words);
        W4.CopyTo(words[4..]);
        W8.CopyTo(words[8..]);
        W12.CopyTo(words[12..]);
    }

    private static Vector128<uint> Words(ref byte start, nuint offset)
    {
        Vector128<byte> bytes = Vector128.LoadUnsafe(ref start, offset);
        if (BitConverter.IsLittleEndian)
            bytes = Vector128.Shuffle(bytes, Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
        return bytes.AsUInt32();
    }
}
