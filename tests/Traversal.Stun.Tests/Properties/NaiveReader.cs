using System.Security.Cryptography;

namespace Traversal.Stun.Tests.Properties;

/// <summary>
/// A second reader, written from RFC 8489 alone in the plainest way: lists, copies, no cleverness shared with the library's. It says what a
/// message is, or null where it is none.
/// </summary>
internal sealed record NaiveReader(int Type, string Id, IReadOnlyList<(int Type, string Value)> Counting, bool FingerprintRight, string? Integrity, string? Sha256)
{
    private static readonly int[] Texts = [0x0006, 0x0014, 0x0015, 0x8022];

    public static NaiveReader? Read(byte[] bytes)
    {
        if (bytes.Length < 20 || bytes[0] >> 6 != 0) return null;
        if (Number(bytes, 4, 4) != 0x2112A442 || Number(bytes, 2, 2) != bytes.Length - 20 || bytes.Length % 4 != 0) return null;

        var all = new List<(int At, int Type, byte[] Value)>();
        for (int at = 20; at < bytes.Length;)
        {
            int length = (int)Number(bytes, at + 2, 2), padded = (length + 3) / 4 * 4;
            if (at + 4 + padded > bytes.Length) return null;
            all.Add((at, (int)Number(bytes, at, 2), bytes[(at + 4)..(at + 4 + length)]));
            at += 4 + padded;
        }

        var counting = new List<(int At, int Type, byte[] Value)>();
        foreach ((int At, int Type, byte[] Value) attribute in all)
        {
            if (all.Any(earlier => earlier.At < attribute.At && earlier.Type == 0x8028)) return null;
            bool afterSha1 = counting.Any(earlier => earlier.Type == 0x0008), afterSha256 = counting.Any(earlier => earlier.Type == 0x001C);
            bool counts = attribute.Type switch
            {
                0x8028 => true,
                0x001C => !afterSha256,
                _ => !afterSha1 && !afterSha256,
            };
            if (!counts) continue;
            if (!IsLawful(attribute.Type, attribute.Value)) return null;
            counting.Add(attribute);
        }

        int fingerprint = all.FindIndex(attribute => attribute.Type == 0x8028);
        return new NaiveReader(
            (int)Number(bytes, 0, 2),
            Convert.ToHexStringLower(bytes, 8, 12),
            [.. counting.Select(attribute => (attribute.Type, Convert.ToHexString(attribute.Value)))],
            fingerprint >= 0 && Number(all[fingerprint].Value, 0, 4) == (Crc(bytes[..all[fingerprint].At]) ^ 0x5354554E),
            CodeOf(bytes, counting, 0x0008, HMACSHA1.HashData),
            CodeOf(bytes, counting, 0x001C, HMACSHA256.HashData));
    }

    // Which of the attributes' codes is right, with the key that all tests use: "right", "wrong", or null where there is none.
    private static string? CodeOf(byte[] bytes, List<(int At, int Type, byte[] Value)> counting, int type, Func<byte[], byte[], byte[]> hmac)
    {
        int index = counting.FindIndex(attribute => attribute.Type == type);
        if (index < 0) return null;

        (int at, _, byte[] value) = counting[index];
        byte[] covered = bytes[..at];
        int length = at + 4 + value.Length - 20;
        covered[2] = (byte)(length / 256);
        covered[3] = (byte)(length % 256);
        return hmac("VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray(), covered).Take(value.Length).SequenceEqual(value) ? "right" : "wrong";
    }

    private static bool IsLawful(int type, byte[] value) => type switch
    {
        0x0008 => value.Length == 20,
        0x001C => value.Length is 16 or 20 or 24 or 28 or 32,
        0x8028 => value.Length == 4,
        0x0006 when value.Length == 0 => false,
        0x0009 => value.Length >= 4 && value.Length - 4 <= 763,
        0x001E => value.Length == 32,
        0x8003 => value.Length <= 255,
        0x001D => Algorithms(value) == 1,
        0x8002 => Algorithms(value) >= 0,
        _ => !Texts.Contains(type) || value.Length <= 763,
    };

    private static int Algorithms(byte[] value)
    {
        int count = 0, at = 0;
        while (at < value.Length)
        {
            if (at + 4 > value.Length) return -1;
            int length = (int)Number(value, at + 2, 2);
            if (at + 4 + length > value.Length) return -1;
            at += 4 + (length + 3) / 4 * 4;
            count++;
        }

        return count;
    }

    private static uint Number(byte[] bytes, int at, int length) => bytes.Skip(at).Take(length).Aggregate(0u, (number, b) => number * 256 + b);

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            for (int bit = 0; bit < 8; bit++) crc = ((crc ^ (uint)(b >> bit)) & 1) != 0 ? crc / 2 ^ 0xEDB88320 : crc / 2;
        }

        return ~crc;
    }
}
