namespace Traversal.Load.Engine;

/// <summary>Who the peers of the clients are.</summary>
internal enum PeerArrangement : byte
{
    /// <summary>A socket for each client.</summary>
    Own,

    /// <summary>One socket for all clients.</summary>
    Shared,

    /// <summary>The relay address of another client of the same server: what one sends up comes down at the other.</summary>
    Relayed,
}
