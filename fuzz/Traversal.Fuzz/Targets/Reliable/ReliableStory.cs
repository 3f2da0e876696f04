namespace Traversal.Fuzz;

/// <summary>Arbitrary bytes as a story: the first byte says what path it is; then come a step, its argument, the length of a payload, and the payload.</summary>
internal ref struct ReliableStory
{
    /// <summary>The most steps that are told; what follows is ignored.</summary>
    public const int MaxSteps = 256;

    private const int HeaderLength = 3, StepMask = 7;

    private ReadOnlySpan<byte> _rest;
    private int _told;

    public ReliableStory(ReadOnlySpan<byte> bytes)
    {
        Configuration = bytes.IsEmpty ? (byte)0 : bytes[0];
        _rest = bytes.IsEmpty ? bytes : bytes[1..];
    }

    /// <summary>What path it is.</summary>
    public byte Configuration { get; }

    /// <summary>Takes the next step.</summary>
    public bool TryNext(out ReliableStep step, out byte argument, out ReadOnlySpan<byte> payload)
    {
        step = default;
        argument = 0;
        payload = default;
        if (_rest.Length < HeaderLength || _told++ == MaxSteps) return false;

        int end = Math.Min(HeaderLength + _rest[2], _rest.Length);
        step = (ReliableStep)(_rest[0] & StepMask);
        argument = _rest[1];
        payload = _rest[HeaderLength..end];
        _rest = _rest[end..];
        return true;
    }
}
