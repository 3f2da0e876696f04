namespace Traversal.Client;

/// <summary>Why a connection to a peer is over.</summary>
public enum PeerCloseReason
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>This side has closed it.</summary>
    Closed,

    /// <summary>The other side has closed it, with a code.</summary>
    ClosedByPeer,

    /// <summary>Nothing was heard of the other side for <see cref="PeerConnectionOptions.IdleTimeout"/>.</summary>
    TimedOut,

    /// <summary>What carried the connection broke, or ended without the other side's saying so.</summary>
    Lost,

    /// <summary>The other side does not keep to the rules, or says that this one does not.</summary>
    ProtocolViolation,

    /// <summary>The other side does not want this peer.</summary>
    Refused,
}
