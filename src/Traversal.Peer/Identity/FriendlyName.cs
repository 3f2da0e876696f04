using System.Globalization;
using System.Text;

namespace Traversal.Peer.Identity;

/// <summary>The rules for what people call an identity or each other: free text of one line, which proves nothing.</summary>
public static class FriendlyName
{
    /// <summary>The most UTF-16 code units of one.</summary>
    public const int MaxLength = 255;

    /// <summary>
    /// Whether <paramref name="name"/> is one: not empty, not too long, without control characters, and without the marks that change how what stands beside
    /// it is read.
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength || name.IsWhiteSpace()) return false;

        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int length) != System.Buffers.OperationStatus.Done || !IsAllowed(rune)) return false;
            name = name[length..];
        }

        return true;
    }

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => false,

        // Of the format characters only the joiners, which scripts and emoji need.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
