namespace Traversal.Fuzz;

/// <summary>One event of a script.</summary>
/// <param name="kind">What happens.</param>
/// <param name="who">From which address, or which check is answered, or how long it takes.</param>
/// <param name="flags">In which way.</param>
/// <param name="payload">With which bytes.</param>
internal readonly ref struct IceScriptEvent(IceStoryKind kind, byte who, byte flags, ReadOnlySpan<byte> payload)
{
    public IceStoryKind Kind { get; } = kind;

    public byte Who { get; } = who;

    public byte Flags { get; } = flags;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Whether a bit of the flags is set.</summary>
    public bool Has(int bit) => (Flags >> bit & 1) != 0;
}
