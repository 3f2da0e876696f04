namespace Traversal.Turn.Server;

/// <summary>How far an allocation is.</summary>
internal enum AllocationPhase : byte
{
    /// <summary>The relay socket was asked for.</summary>
    Opening,

    /// <summary>The first relay socket of a dual allocation is open, and the second was asked for.</summary>
    OpeningSecond,

    /// <summary>It relays datagrams.</summary>
    Live,

    /// <summary>It is a TCP allocation (RFC 6062), which listens and connects; datagrams are nothing to it.</summary>
    Listening,

    /// <summary>Its client's connection is gone, and a mobility ticket may bring the client back (RFC 8016).</summary>
    Orphaned,
}
