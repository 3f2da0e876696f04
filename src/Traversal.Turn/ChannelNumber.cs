namespace Traversal.Turn;

/// <summary>The number that stands for a peer in ChannelData messages (RFC 8656 section 12).</summary>
/// <param name="Value">The number as on the wire.</param>
public readonly record struct ChannelNumber(ushort Value)
{
    /// <summary>The lowest number that can be bound.</summary>
    public const ushort MinValue = 0x4000;

    /// <summary>The highest number that a client binds; what follows is reserved (RFC 8656 section 12).</summary>
    public const ushort MaxValue = 0x4FFF;

    /// <summary>The highest number that a client of RFC 5766 binds (its section 11); coturn's clients and others choose from all of them.</summary>
    public const ushort MaxClassicValue = 0x7FFF;

    /// <summary>Whether the number can be bound.</summary>
    public bool IsValid => Value is >= MinValue and <= MaxValue;

    /// <summary>Whether the number can be bound where clients of RFC 5766 are served.</summary>
    public bool IsClassic => Value is >= MinValue and <= MaxClassicValue;
}
