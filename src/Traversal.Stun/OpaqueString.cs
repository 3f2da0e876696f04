using System.Buffers;
using System.Text;

namespace Traversal.Stun;

/// <summary>
/// The profile by which usernames, realms and passwords are prepared before they are hashed (RFC 8265 section 4.2), so that what looks the
/// same is the same. It needs neither ICU nor a culture.
/// </summary>
public static class OpaqueString
{
    /// <summary>
    /// The longest text that is prepared, in UTF-16 units: more than STUN can carry, and a bound for what normalization has to sort.
    /// </summary>
    public const int MaxLength = 2048;

    /// <summary>Prepares a text: spaces become that of ASCII, and the result is normalized to Form C. ASCII is unchanged.</summary>
    /// <param name="text">What the user typed.</param>
    /// <param name="prepared">What to compute with; empty when the result is false.</param>
    /// <returns>
    /// False when the text is empty, longer than <see cref="MaxLength"/>, no Unicode, or has characters that the profile forbids.
    /// </returns>
    public static bool TryPrepare(string text, out string prepared)
    {
        ArgumentNullException.ThrowIfNull(text);
        prepared = string.Empty;
        if (text.Length is 0 or > MaxLength) return false;

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            prepared = text;
            return true;
        }

        if (!TryReadCodePoints(text, out List<int> codePoints) || !FreeformClass.Contains(codePoints)) return false;

        for (int i = 0; i < codePoints.Count; i++)
        {
            if (CodePointSet.Contains(FreeformTables.Spaces, codePoints[i])) codePoints[i] = ' ';
        }

        prepared = Write(CanonicalForm.Compose(codePoints));
        return true;
    }

    private static bool TryReadCodePoints(ReadOnlySpan<char> text, out List<int> codePoints)
    {
        codePoints = new List<int>(text.Length);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out Rune rune, out int consumed) != OperationStatus.Done) return false;
            codePoints.Add(rune.Value);
            text = text[consumed..];
        }

        return true;
    }

    private static string Write(List<int> codePoints)
    {
        var builder = new StringBuilder(codePoints.Count);
        foreach (int codePoint in codePoints) builder.Append(new Rune(codePoint));
        return builder.ToString();
    }
}
