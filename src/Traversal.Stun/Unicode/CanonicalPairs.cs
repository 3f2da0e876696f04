namespace Traversal.Stun;

/// <summary>The decompositions of <see cref="CanonicalTables"/>, and their inverse.</summary>
internal static class CanonicalPairs
{
    private const int CodePointBits = 21;
    private const int CodePointMask = (1 << CodePointBits) - 1;
    private const ulong PairMask = (1UL << 2 * CodePointBits) - 1;
    private const ulong ExcludedBit = 1UL << 63;

    // Sorted by pair: what a starter and the next code point compose to.
    private static readonly (ulong Pair, int Composed)[] Compositions = MakeCompositions();

    public static bool TryDecompose(int codePoint, out int first, out int second)
    {
        ReadOnlySpan<ulong> table = CanonicalTables.Decompositions;
        int low = 0, high = table.Length - 1;
        while (low <= high)
        {
            int middle = low + high >>> 1, found = CodePointOf(table[middle]);
            if (found == codePoint)
            {
                first = (int)(table[middle] >> CodePointBits) & CodePointMask;
                second = (int)table[middle] & CodePointMask;
                return true;
            }

            if (found < codePoint)
                low = middle + 1;
            else
                high = middle - 1;
        }

        first = second = 0;
        return false;
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        ulong pair = (ulong)first << CodePointBits | (uint)second;
        int index = Array.BinarySearch(Compositions, (pair, 0), ByPair.Instance);
        composed = index >= 0 ? Compositions[index].Composed : 0;
        return index >= 0;
    }

    private static int CodePointOf(ulong entry) => (int)(entry >> 2 * CodePointBits) & CodePointMask;

    private static (ulong Pair, int Composed)[] MakeCompositions()
    {
        var compositions = new List<(ulong Pair, int Composed)>();
        foreach (ulong entry in CanonicalTables.Decompositions)
        {
            if ((entry & ExcludedBit) == 0) compositions.Add((entry & PairMask, CodePointOf(entry)));
        }

        compositions.Sort(ByPair.Instance);
        return [.. compositions];
    }

    private sealed class ByPair : IComparer<(ulong Pair, int Composed)>
    {
        public static readonly ByPair Instance = new();

        public int Compare((ulong Pair, int Composed) x, (ulong Pair, int Composed) y) => x.Pair.CompareTo(y.Pair);
    }
}
