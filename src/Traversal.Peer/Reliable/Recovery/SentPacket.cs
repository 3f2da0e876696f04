using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>A packet that was sent, what it carried, and what had been delivered by then.</summary>
internal struct SentPacket
{
    public SentPacketState State;

    /// <summary>Its length, tag and all.</summary>
    public int Length;

    public MonotonicTime SentAt;

    public Carried Carried;

    /// <summary>The conversation that it speaks of; null for none.</summary>
    public Conversation? Conversation;

    /// <summary>Where the data begins.</summary>
    public long Offset;

    public int DataLength;

    /// <summary>Up to which of the other side's packets it acknowledges; -1 for none.</summary>
    public long Acknowledges;

    /// <summary>What the path was like when it was sent.</summary>
    public DeliveryMark Mark;
}
