using System.Security.Cryptography;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>
/// Makes true what a message says of itself, which no mutation would ever hit upon: its length, its integrity and its fingerprint. Computed with
/// the framework's hashes and a CRC of its own, never with the codec.
/// </summary>
internal static class MessageRepair
{
    private const uint ReversedPolynomial = 0xEDB8_8320;
    private const uint FingerprintMask = 0x5354_554E;

    /// <summary>Corrects a message in place.</summary>
    /// <param name="message">Any bytes, at least a header's.</param>
    /// <param name="key">What its integrity is to be keyed with.</param>
    /// <returns>The length of the message, which may end before the bytes do; 0 when its attributes do not fit together.</returns>
    public static int Repair(Span<byte> message, ReadOnlySpan<byte> key)
    {
        int length = Math.Min(message.Length, StunMessage.HeaderLength + ushort.MaxValue) & ~3;
        message = message[..length];
        WriteLength(message, length);
        if (!NaiveReader.IsWellFormed(message, classic: true)) return 0;

        var reader = new NaiveReader(message);
        while (reader.Next())
        {
            if (!reader.Counts) continue;
            Span<byte> value = message.Slice(reader.Offset + 4, reader.Value.Length);
            ReadOnlySpan<byte> covered = message[..reader.Offset];

            // Integrity covers the header as if the message ended with the attribute (RFC 8489 section 14.5).
            WriteLength(message, reader.Offset + 4 + value.Length);
            switch (reader.Type)
            {
                case StunAttributeType.MessageIntegrity when value.Length == HMACSHA1.HashSizeInBytes:
#pragma warning disable CA5350 // MESSAGE-INTEGRITY is HMAC-SHA1.
                    HMACSHA1.HashData(key, covered, value);
#pragma warning restore CA5350
                    break;

                case StunAttributeType.MessageIntegritySha256 when value.Length <= HMACSHA256.HashSizeInBytes:
                    HMACSHA256.HashData(key, covered).AsSpan(0, value.Length).CopyTo(value);
                    break;

                case StunAttributeType.Fingerprint when value.Length == sizeof(uint):
                    uint fingerprint = Crc32(covered) ^ FingerprintMask;
                    for (int i = 0; i < value.Length; i++) value[i] = (byte)(fingerprint >> (24 - 8 * i));
                    break;
            }
        }

        WriteLength(message, length);
        return length;
    }

    private static void WriteLength(Span<byte> message, int end)
    {
        message[2] = (byte)(end - StunMessage.HeaderLength >> 8);
        message[3] = (byte)(end - StunMessage.HeaderLength);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ ReversedPolynomial : crc >> 1;
        }

        return ~crc;
    }
}
