namespace Traversal.Stun;

/// <summary>Syllables of Hangul, which decompose and compose by arithmetic (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int Syllables = 0xAC00, Leading = 0x1100, Vowels = 0x1161, Trailing = 0x11A7;
    private const int LeadingCount = 19, VowelCount = 21, TrailingCount = 28;
    private const int SyllableCount = LeadingCount * VowelCount * TrailingCount;

    public static bool TryDecompose(int codePoint, List<int> result)
    {
        int index = codePoint - Syllables;
        if ((uint)index >= SyllableCount) return false;

        result.Add(Leading + index / (VowelCount * TrailingCount));
        result.Add(Vowels + index / TrailingCount % VowelCount);
        if (index % TrailingCount != 0) result.Add(Trailing + index % TrailingCount);
        return true;
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        composed = 0;
        int leading = first - Leading, vowel = second - Vowels, syllable = first - Syllables, trailing = second - Trailing;
        if ((uint)leading < LeadingCount && (uint)vowel < VowelCount)
            composed = Syllables + (leading * VowelCount + vowel) * TrailingCount;
        else if ((uint)syllable < SyllableCount && syllable % TrailingCount == 0 && trailing is > 0 and < TrailingCount)
            composed = first + trailing;
        return composed != 0;
    }
}
