namespace Traversal.Stun;

/// <summary>
/// Which code points a string of the PRECIS FreeformClass may have (RFC 8264 section 4.3), those included that depend on their neighbours.
/// </summary>
internal static class FreeformClass
{
    private const int Virama = 9;
    private const int MiddleDot = 0x00B7, GreekNumeralSign = 0x0375, Geresh = 0x05F3, Gershayim = 0x05F4, KatakanaMiddleDot = 0x30FB;
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    public static bool Contains(IReadOnlyList<int> text)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (!CodePointSet.Contains(FreeformTables.Allowed, text[i]) && !IsAllowedInContext(text, i)) return false;
        }

        return true;
    }

    // The rules of RFC 5892 appendix A, in its order.
    private static bool IsAllowedInContext(IReadOnlyList<int> text, int at) => text[at] switch
    {
        NonJoiner => IsVirama(text, at - 1) || JoinsAcross(text, at),
        Joiner => IsVirama(text, at - 1),
        MiddleDot => Has(text, at - 1, 'l') && Has(text, at + 1, 'l'),
        GreekNumeralSign => Is(text, at + 1, FreeformTables.Greek),
        Geresh or Gershayim => Is(text, at - 1, FreeformTables.Hebrew),
        KatakanaMiddleDot => text.Any(codePoint => CodePointSet.Contains(FreeformTables.Japanese, codePoint)),
        >= 0x0660 and <= 0x0669 => !text.Any(codePoint => codePoint is >= 0x06F0 and <= 0x06F9),
        >= 0x06F0 and <= 0x06F9 => !text.Any(codePoint => codePoint is >= 0x0660 and <= 0x0669),
        _ => false,
    };

    // A letter that joins the next stands before, one that joins the previous after; transparent ones may stand between.
    private static bool JoinsAcross(IReadOnlyList<int> text, int at)
    {
        int before = at - 1, after = at + 1;
        while (Is(text, before, FreeformTables.Transparent)) before--;
        while (Is(text, after, FreeformTables.Transparent)) after++;
        return Is(text, before, FreeformTables.JoinsNext) && Is(text, after, FreeformTables.JoinsPrevious);
    }

    private static bool IsVirama(IReadOnlyList<int> text, int at) => at >= 0 && CanonicalForm.ClassOf(text[at]) == Virama;

    private static bool Has(IReadOnlyList<int> text, int at, int codePoint) => (uint)at < (uint)text.Count && text[at] == codePoint;

    private static bool Is(IReadOnlyList<int> text, int at, ReadOnlySpan<int> set) =>
        (uint)at < (uint)text.Count && CodePointSet.Contains(set, text[at]);
}
