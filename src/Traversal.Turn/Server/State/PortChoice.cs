namespace Traversal.Turn.Server;

/// <summary>What is asked of a relay port (RFC 8656 section 7.2).</summary>
internal enum PortChoice : byte
{
    /// <summary>Any port.</summary>
    Any,

    /// <summary>An even one.</summary>
    Even,

    /// <summary>An even one, with the next one held in reserve.</summary>
    EvenAndNext,

    /// <summary>One that was held in reserve.</summary>
    Reserved,
}
