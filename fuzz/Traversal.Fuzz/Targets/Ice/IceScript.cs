namespace Traversal.Fuzz;

/// <summary>
/// Arbitrary bytes as a story: the first byte says what agent it is, then come events of kind, who, flags, the length of a payload, and the payload.
/// </summary>
internal ref struct IceScript
{
    /// <summary>The most events that are told; what follows is ignored.</summary>
    public const int MaxEvents = 64;

    private const int EventHeaderLength = 4;
    private const int KindMask = 7;

    private ReadOnlySpan<byte> _rest;
    private int _told;

    public IceScript(ReadOnlySpan<byte> bytes)
    {
        Configuration = bytes.IsEmpty ? (byte)0 : bytes[0];
        _rest = bytes.IsEmpty ? bytes : bytes[1..];
    }

    /// <summary>What agent it is: bit 0 says whether it controls, 1 whether it is lite, 2 whether its peer is, 3 and 4 whether they renominate, 5 whether its table is small.</summary>
    public byte Configuration { get; }

    /// <summary>Takes the next event.</summary>
    public bool TryNext(out IceScriptEvent next)
    {
        next = default;
        if (_rest.Length < EventHeaderLength || _told++ == MaxEvents) return false;

        int end = Math.Min(EventHeaderLength + _rest[3], _rest.Length);
        next = new IceScriptEvent((IceStoryKind)(_rest[0] & KindMask), _rest[1], _rest[2], _rest[EventHeaderLength..end]);
        _rest = _rest[end..];
        return true;
    }
}
