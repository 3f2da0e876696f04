namespace Traversal.Stun;

/// <summary>
/// Normalization Form C (Unicode Standard Annex 15) over tables of our own: the framework's needs ICU for anything but ASCII, and is
/// without it in invariant globalization mode.
/// </summary>
internal static class CanonicalForm
{
    private const int CodePointBits = 21;
    private const int CodePointMask = (1 << CodePointBits) - 1;

    /// <summary>Normalizes a text given as code points.</summary>
    public static List<int> Compose(IReadOnlyList<int> text)
    {
        var result = new List<int>(text.Count);
        foreach (int codePoint in text) Decompose(codePoint, result);
        OrderMarks(result);
        ComposePairs(result);
        return result;
    }

    /// <summary>The canonical combining class: 0 for a starter, 9 for a virama.</summary>
    public static int ClassOf(int codePoint)
    {
        ReadOnlySpan<ulong> classes = CanonicalTables.CombiningClasses;
        int index = ~classes.BinarySearch((ulong)codePoint << 29 | 0x1FFF_FFFF) - 1;
        if (index < 0) return 0;

        int last = (int)(classes[index] >> 8) & CodePointMask;
        return codePoint <= last ? (int)(classes[index] & 0xFF) : 0;
    }

    private static void Decompose(int codePoint, List<int> result)
    {
        if (Hangul.TryDecompose(codePoint, result)) return;

        if (CanonicalPairs.TryDecompose(codePoint, out int first, out int second))
        {
            Decompose(first, result);
            if (second != 0) Decompose(second, result);
        }
        else
        {
            result.Add(codePoint);
        }
    }

    // Marks between two starters are sorted by class, those of one class staying in their order.
    private static void OrderMarks(List<int> text)
    {
        for (int start = 0; start < text.Count;)
        {
            int end = start;
            while (end < text.Count && ClassOf(text[end]) != 0) end++;
            if (end - start > 1)
            {
                int[] sorted = [.. text.Skip(start).Take(end - start).OrderBy(ClassOf)];
                for (int i = 0; i < sorted.Length; i++) text[start + i] = sorted[i];
            }

            start = end + 1;
        }
    }

    // Each mark, or starter, joins the starter before it unless something of its class or above stands between.
    private static void ComposePairs(List<int> text)
    {
        int starter = -1, written = 0, previousClass = 0;
        foreach (int codePoint in text.ToArray())
        {
            int combiningClass = ClassOf(codePoint);
            bool adjacent = starter == written - 1;
            bool free = starter >= 0 && (adjacent || (previousClass != 0 && previousClass < combiningClass));
            if (free && TryCompose(text[starter], codePoint, out int composed))
            {
                text[starter] = composed;
                continue;
            }

            if (combiningClass == 0) starter = written;
            previousClass = combiningClass;
            text[written++] = codePoint;
        }

        text.RemoveRange(written, text.Count - written);
    }

    private static bool TryCompose(int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || CanonicalPairs.TryCompose(first, second, out composed);
}
