namespace Traversal.Stun;

/// <summary>
/// The value of FINGERPRINT: a CRC-32, mixed so that it is not taken for one of another protocol (RFC 8489 section 14.7).
/// </summary>
internal static class Fingerprint
{
    private const uint Mask = 0x5354_554E;

    /// <summary>The fingerprint of a message whose bytes before the attribute are <paramref name="covered"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> covered) => Crc32.Of(covered) ^ Mask;
}
