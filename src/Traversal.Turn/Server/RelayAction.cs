namespace Traversal.Turn.Server;

/// <summary>What to do about a packet.</summary>
public enum RelayAction : byte
{
    /// <summary>Nothing is to be sent. The counters say why.</summary>
    Drop = 0,

    /// <summary>Send bytes of the reply span.</summary>
    Reply,

    /// <summary>Send bytes of the span that the packet was handed in with.</summary>
    Forward,

    /// <summary>The same, by a relay socket: whole or not at all, the DF bit set (RFC 8656 sections 14 and 15).</summary>
    ForwardUnfragmented,

    /// <summary>
    /// Hand bytes of the span that the packet was handed in with to another machine of the group, with <see cref="RelayMachine.HandOver"/>, which says
    /// to which one.
    /// </summary>
    HandOver,

    /// <summary>
    /// Send bytes of the reply span, the last message of its connection, and do the commands before anything else that came on it is looked at: it
    /// is bound to a peer's, or closed.
    /// </summary>
    LastReply,

    /// <summary>
    /// Give the connection that the packet came on to another machine of the group, <see cref="RelayMachine.HandOver"/> says to which one, and let that
    /// begin with this packet: it is a new client there, and to this one it is gone.
    /// </summary>
    MoveConnection,
}
