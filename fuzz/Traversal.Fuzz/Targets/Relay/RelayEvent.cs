namespace Traversal.Fuzz;

/// <summary>One event of a script.</summary>
/// <param name="kind">What happens.</param>
/// <param name="who">To whom: a client, a relay, a duration.</param>
/// <param name="flags">In which way.</param>
/// <param name="payload">With which bytes.</param>
internal readonly ref struct RelayEvent(RelayEventKind kind, byte who, byte flags, ReadOnlySpan<byte> payload)
{
    public RelayEventKind Kind { get; } = kind;

    public byte Who { get; } = who;

    public byte Flags { get; } = flags;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Whether a bit of the flags is set.</summary>
    public bool Has(int bit) => (Flags >> bit & 1) != 0;
}
