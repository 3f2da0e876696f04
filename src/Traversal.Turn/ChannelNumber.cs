namespace Traversal.Turn;

/// <summary>The number that stands for a peer in ChannelData messages (RFC 8656 section 12).</summary>
/// <param name="Value">The number as on the wire.</param>
public readonly record struct ChannelNumber(ushort Value)
{
    /// <summary>The lowest number that can be bound.</summary>
    public const ushort MinValue = 0x4000;

    /// <summary>The highest number that can be bound; what follows is reserved (RFC 8656 section 12).</summary>
    public const ushort MaxValue = 0x4FFF;

    /// <summary>Whether the number can be bound.</summary>
    public bool IsValid => Value is >= MinValue and <= MaxValue;
}
