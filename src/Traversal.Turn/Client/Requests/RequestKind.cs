namespace Traversal.Turn.Client;

/// <summary>What a request is for.</summary>
internal enum RequestKind : byte
{
    /// <summary>Make the allocation.</summary>
    Allocate,

    /// <summary>End the one that was there before.</summary>
    EndFormer,

    /// <summary>Keep it.</summary>
    Refresh,

    /// <summary>Keep it at another 5-tuple (RFC 8016).</summary>
    Move,

    /// <summary>Give it up.</summary>
    Delete,

    /// <summary>Let peers send.</summary>
    Permit,

    /// <summary>Bind a channel.</summary>
    Bind,

    /// <summary>Connect to a peer (RFC 6062).</summary>
    Connect,

    /// <summary>Bind a connection with a peer to the one that the request goes by (RFC 6062).</summary>
    BindConnection,
}
