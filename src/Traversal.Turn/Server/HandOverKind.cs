namespace Traversal.Turn.Server;

/// <summary>What is handed over from one machine to another.</summary>
internal enum HandOverKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Data from the allocation of one client to that of another.</summary>
    Data,

    /// <summary>A client's datagram, for the machine that has the client's allocation.</summary>
    Message,
}
