using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>CRC-32 by tables, eight bytes at a time ("slicing by eight"): for every processor and every length.</summary>
internal static class SlicedCrc32
{
    private const uint Polynomial = 0xEDB8_8320;
    private const int Slices = 8;
    private const int Entries = 256;

    // Table n says what a byte does to the CRC when n zero bytes follow it.
    private static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> t = Tables;
        uint crc = uint.MaxValue;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc, high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7 * Entries + (byte)low] ^ t[6 * Entries + (byte)(low >> 8)] ^
                t[5 * Entries + (byte)(low >> 16)] ^ t[4 * Entries + (byte)(low >> 24)] ^
                t[3 * Entries + (byte)high] ^ t[2 * Entries + (byte)(high >> 8)] ^
                t[Entries + (byte)(high >> 16)] ^ t[(byte)(high >> 24)];
        }

        foreach (byte b in bytes) crc = crc >> 8 ^ t[(byte)(crc ^ b)];
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[Slices * Entries];
        for (uint i = 0; i < Entries; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1;
            tables[i] = crc;
        }

        for (int i = Entries; i < tables.Length; i++) tables[i] = tables[i - Entries] >> 8 ^ tables[(byte)tables[i - Entries]];
        return tables;
    }
}
