namespace Traversal.Peer.Multiplexing;

/// <summary>Why a multiplexer is closed; <see cref="Multiplexer.IsClosedByPeer"/> says by whom.</summary>
public enum MultiplexerCloseReason : byte
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>The application has done so; the code is its own.</summary>
    Application = 1,

    /// <summary>The other side's identity was not accepted.</summary>
    Refused = 2,

    /// <summary>The other side does not keep to the rules.</summary>
    ProtocolViolation = 3,

    /// <summary>Something went wrong on the side that closes.</summary>
    Internal = 4,

    /// <summary>The other side was silent for too long.</summary>
    TimedOut = 5,

    /// <summary>The other side gave a reason that this one does not know.</summary>
    Other = 255,
}
