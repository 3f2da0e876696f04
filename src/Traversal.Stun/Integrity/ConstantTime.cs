using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Traversal.Stun;

/// <summary>Comparisons whose time does not tell where two codes differ.</summary>
internal static class ConstantTime
{
    public static bool Equals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);

    /// <summary>Compares the first 20 bytes of each: a vector and a word, with no loop.</summary>
    public static bool Equals20(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        ref byte l = ref MemoryMarshal.GetReference(left[..20]);
        ref byte r = ref MemoryMarshal.GetReference(right[..20]);
        Vector128<byte> head = Vector128.LoadUnsafe(ref l) ^ Vector128.LoadUnsafe(ref r);
        Vector128<byte> tail = Vector128.LoadUnsafe(ref l, 4) ^ Vector128.LoadUnsafe(ref r, 4);
        return (head | tail) == Vector128<byte>.Zero;
    }
}
