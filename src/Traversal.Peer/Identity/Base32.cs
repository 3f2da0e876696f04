namespace Traversal.Peer.Identity;

/// <summary>Base32 without padding (RFC 4648 section 6), written in lower case and read in both. One text for each sequence of bytes.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int BitsPerCharacter = 5;

    /// <summary>How many characters <paramref name="bytes"/> bytes take.</summary>
    public static int LengthOf(int bytes) => ((bytes * 8) + BitsPerCharacter - 1) / BitsPerCharacter;

    /// <summary>Writes <paramref name="bytes"/>, which takes <see cref="LengthOf"/> characters.</summary>
    public static void Write(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        uint bits = 0;
        int count = 0, length = 0;
        foreach (byte value in bytes)
        {
            bits = (bits << 8) | value;
            count += 8;
            for (; count >= BitsPerCharacter; count -= BitsPerCharacter) text[length++] = Alphabet[(int)(bits >> (count - BitsPerCharacter)) & 31];
        }

        if (count > 0) text[length] = Alphabet[(int)(bits << (BitsPerCharacter - count)) & 31];
    }

    /// <summary>Reads a text that fills <paramref name="bytes"/> exactly, and whose bits beyond it are zero (RFC 4648 section 3.5).</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != LengthOf(bytes.Length)) return false;

        uint bits = 0;
        int count = 0, length = 0;
        foreach (char character in text)
        {
            int value = ValueOf(character);
            if (value < 0) return false;

            bits = (bits << BitsPerCharacter) | (uint)value;
            count += BitsPerCharacter;
            if (count < 8) continue;

            count -= 8;
            bytes[length++] = (byte)(bits >> count);
        }

        return (bits & ((1u << count) - 1)) == 0;
    }

    private static int ValueOf(char character) => character switch
    {
        >= 'a' and <= 'z' => character - 'a',
        >= 'A' and <= 'Z' => character - 'A',
        >= '2' and <= '7' => character - '2' + 26,
        _ => -1,
    };
}
