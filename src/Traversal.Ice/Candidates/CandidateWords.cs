namespace Traversal.Ice;

/// <summary>Goes over the words of a line. They are separated by spaces; anything below a space is no text and ends the reading.</summary>
internal ref struct CandidateWords(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryNext(out ReadOnlySpan<char> word)
    {
        int end = _rest.IndexOf(' ');
        word = end < 0 ? _rest : _rest[..end];
        if (word.IsEmpty || word.ContainsAnyInRange('\0', '\x1F') || word.Contains('\x7F')) return false;

        _rest = _rest[word.Length..].TrimStart(' ');
        return true;
    }

    public bool TryNumber(uint min, uint max, out uint number)
    {
        number = 0;
        return TryNext(out ReadOnlySpan<char> word) && IceText.TryReadNumber(word, max, out number) && number >= min;
    }
}
