using System.Security.Cryptography;

namespace Traversal.Stun;

/// <summary>USERHASH: who asks, without saying the name (RFC 8489 section 14.4).</summary>
public static class Userhash
{
    /// <summary>Writes <c>SHA-256(username:realm)</c>, 32 bytes.</summary>
    /// <param name="username">UTF-8, prepared with <see cref="OpaqueString"/> where it may be other than ASCII.</param>
    /// <param name="realm">UTF-8, prepared likewise.</param>
    /// <param name="destination">At least 32 bytes.</param>
    public static void Compute(ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, Span<byte> destination) =>
        SHA256.HashData([.. username, (byte)':', .. realm], destination);
}
