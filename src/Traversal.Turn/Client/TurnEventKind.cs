namespace Traversal.Turn.Client;

/// <summary>What has happened to an allocation.</summary>
public enum TurnEventKind : byte
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>The relayed address is there.</summary>
    Allocated,

    /// <summary>It is over: see <see cref="TurnAllocation.Failure"/>. The last event.</summary>
    Ended,

    /// <summary>A peer may send and be sent to.</summary>
    PeerPermitted,

    /// <summary>The server refuses a peer, or the allocation has no room for it; the code says how.</summary>
    PeerRefused,

    /// <summary>
    /// Another credential is wanted until <see cref="TurnEvent.Deadline"/>: give it with <see cref="TurnAllocation.Renew"/>. Without, the old one goes on being
    /// used, if the server still takes it.
    /// </summary>
    CredentialWanted,

    /// <summary>The allocation is reached by the new path (RFC 8016).</summary>
    Moved,

    /// <summary>The server has connected to a peer: bind <see cref="TurnEvent.Connection"/> on a new connection (RFC 6062).</summary>
    Connected,

    /// <summary>The server could not connect to a peer; the code says how (RFC 6062).</summary>
    ConnectFailed,

    /// <summary>A peer has connected: bind <see cref="TurnEvent.Connection"/> on a new connection within 30 seconds (RFC 6062).</summary>
    PeerConnected,

    /// <summary>The server has prolonged it: see <see cref="TurnAllocation.ExpiresAt"/>.</summary>
    Refreshed,

    /// <summary>A peer that waited for room for a request is not asked for, as nobody wants it any more.</summary>
    PeerForgotten,
}
