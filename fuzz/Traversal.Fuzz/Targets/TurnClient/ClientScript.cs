namespace Traversal.Fuzz;

/// <summary>
/// Arbitrary bytes as a story: the first byte says what allocation it is, then come events of kind, who, flags, the length of a payload, and the payload.
/// </summary>
internal ref struct ClientScript
{
    /// <summary>The most events that are told; what follows is ignored.</summary>
    public const int MaxEvents = 64;

    /// <summary>Kind, who, flags and length.</summary>
    public const int EventHeaderLength = 4;

    private const int KindMask = 7;

    private ReadOnlySpan<byte> _rest;
    private int _told;

    public ClientScript(ReadOnlySpan<byte> bytes)
    {
        Configuration = bytes.IsEmpty ? (byte)0 : bytes[0];
        _rest = bytes.IsEmpty ? bytes : bytes[1..];
    }

    /// <summary>What allocation it is.</summary>
    public byte Configuration { get; }

    /// <summary>Takes the next event.</summary>
    public bool TryNext(out ClientEvent next)
    {
        next = default;
        if (_rest.Length < EventHeaderLength || _told++ == MaxEvents) return false;

        int end = Math.Min(EventHeaderLength + _rest[3], _rest.Length);
        next = new ClientEvent((ClientEventKind)(_rest[0] & KindMask), _rest[1], _rest[2], _rest[EventHeaderLength..end]);
        _rest = _rest[end..];
        return true;
    }
}
