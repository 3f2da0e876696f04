namespace Traversal.Peer.Reliable.Recovery;

/// <summary>What is known of a packet that was sent.</summary>
internal enum SentPacketState : byte
{
    /// <summary>Nothing is waited for: it has come, or nobody was to acknowledge it.</summary>
    Done = 0,

    /// <summary>It is on the way.</summary>
    InFlight,

    /// <summary>It is taken for lost, and what it carried has been sent again or is to be.</summary>
    Lost,
}
