using System.Buffers;
using System.Globalization;

namespace Traversal.Ice;

/// <summary>The characters of RFC 8839 section 5.1.</summary>
internal static class IceText
{
    private static readonly SearchValues<char> IceChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    private static readonly SearchValues<char> HostNameChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    private const int MaxHostNameLength = 255;

    /// <summary>Whether a text has so many <c>ice-char</c>s and nothing else.</summary>
    public static bool IsIceChars(ReadOnlySpan<char> text, int min, int max) =>
        text.Length >= min && text.Length <= max && !text.ContainsAnyExcept(IceChars);

    /// <summary>Whether a text is a domain name; the last label begins with a letter, so it is no IPv4 address in any spelling.</summary>
    public static bool IsHostName(ReadOnlySpan<char> text)
    {
        int lastDot = text.LastIndexOf('.');
        return text.Length <= MaxHostNameLength && lastDot > 0 && lastDot < text.Length - 1 && char.IsAsciiLetter(text[lastDot + 1])
            && char.IsAsciiLetterOrDigit(text[0]) && !text.ContainsAnyExcept(HostNameChars);
    }

    /// <summary>Reads up to ten decimal digits; zeros in front count as digits.</summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, uint max, out uint number)
    {
        const int MostDigits = 10;
        number = 0;
        return text.Length <= MostDigits && !text.ContainsAnyExceptInRange('0', '9')
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
    }
}
