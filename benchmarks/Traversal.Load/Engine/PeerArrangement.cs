namespace Traversal.Load.Engine;

/// <summary>Who the peers of the clients are.</summary>
internal enum PeerArrangement : byte
{
    /// <summary>A socket for each client.</summary>
    Own,

    /// <summary>One socket for all clients.</summary>
    Shared,

    /// <summary>The relay address of the next client of the same server: what goes up comes down.</summary>
    Relayed,
}
