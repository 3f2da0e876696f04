namespace Traversal.Stun;

/// <summary>Looks code points up in the sets of <see cref="FreeformTables"/>.</summary>
internal static class CodePointSet
{
    /// <summary>Whether <paramref name="codePoint"/> is inside: an odd number of boundaries is at or before it.</summary>
    public static bool Contains(ReadOnlySpan<int> boundaries, int codePoint)
    {
        int index = boundaries.BinarySearch(codePoint);
        return index >= 0 ? (index & 1) == 0 : (~index & 1) == 1;
    }
}
