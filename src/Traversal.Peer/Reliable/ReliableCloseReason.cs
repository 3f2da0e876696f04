namespace Traversal.Peer.Reliable;

/// <summary>Why a path is closed.</summary>
public enum ReliableCloseReason : byte
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>This side has closed it.</summary>
    Closed,

    /// <summary>The other side has closed it: <see cref="ReliablePath.CloseCode"/>.</summary>
    ClosedByPeer,

    /// <summary>Something was to be answered, and nothing has come for <see cref="ReliableOptions.Patience"/>.</summary>
    TimedOut,

    /// <summary>The other side, which has the key, does not keep to the rules.</summary>
    ProtocolViolation,
}
