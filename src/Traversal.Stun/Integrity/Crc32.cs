namespace Traversal.Stun;

/// <summary>The CRC-32 of ITU V.42, zip and PNG: reflected, polynomial 0xEDB88320 (RFC 1952 section 8).</summary>
internal static class Crc32
{
    /// <summary>The CRC of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) =>
        CarrylessCrc32.IsSupported && CarrylessCrc32.Takes(bytes.Length) ? CarrylessCrc32.Of(bytes) : SlicedCrc32.Of(bytes);
}
