using System.Security.Cryptography;

namespace Traversal.Stun;

/// <summary>Comparisons whose time does not tell where two codes differ.</summary>
internal static class ConstantTime
{
    public static bool Equals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);

    public static bool Equals20(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Equals(left, right);
}
