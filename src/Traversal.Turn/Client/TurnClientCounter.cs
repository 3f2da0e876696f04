namespace Traversal.Turn.Client;

/// <summary>What an allocation counts. Packets are those of peers.</summary>
public enum TurnClientCounter
{
    /// <summary>Packets to peers.</summary>
    PacketsSent,

    /// <summary>Packets from peers.</summary>
    PacketsReceived,

    /// <summary>Requests, without retransmissions.</summary>
    Requests,

    /// <summary>Retransmissions of requests.</summary>
    Retransmissions,

    /// <summary>Answers that were taken.</summary>
    Responses,

    /// <summary>What is no message, or one that breaks a rule.</summary>
    DroppedMalformed,

    /// <summary>Answers to nothing: late, sent twice, replayed or forged.</summary>
    DroppedUnexpected,

    /// <summary>Answers that nobody who has the key has made.</summary>
    DroppedUnverified,

    /// <summary>Data of peers that were never permitted, or on channels that were never bound.</summary>
    DroppedUnknownPeer,

    /// <summary>Peers' connections of which nobody was told, as nobody takes the events.</summary>
    DroppedEvents,
}
