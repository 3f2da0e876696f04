namespace Traversal.Stun;

#pragma warning disable CA1711 // It is what the protocol calls an attribute, and no System.Attribute.

/// <summary>One attribute of a message: a view that lives as long as the message's bytes.</summary>
public readonly ref struct StunAttribute
{
    internal StunAttribute(StunAttributeType type, ReadOnlySpan<byte> value)
    {
        Type = type;
        Value = value;
    }

    /// <summary>The type, known to this library or not.</summary>
    public StunAttributeType Type { get; }

    /// <summary>The value without its padding.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether a message cannot be processed by who does not understand this attribute (RFC 8489 section 14).</summary>
    public bool IsComprehensionRequired => (ushort)Type < StunAttributeSet.FirstOptional;
}
