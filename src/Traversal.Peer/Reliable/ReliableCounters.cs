namespace Traversal.Peer.Reliable;

/// <summary>What a path has seen and done since it is there.</summary>
public sealed class ReliableCounters
{
    /// <summary>Packets that were sent.</summary>
    public long Sent { get; internal set; }

    /// <summary>Packets that have come and were taken.</summary>
    public long Received { get; internal set; }

    /// <summary>Packets that were taken for lost.</summary>
    public long Lost { get; internal set; }

    /// <summary>Of these, packets that have come all the same.</summary>
    public long LostInError { get; internal set; }

    /// <summary>Datagrams that were dropped because their tag was wrong.</summary>
    public long Forged { get; internal set; }

    /// <summary>Datagrams that were dropped because they had come before.</summary>
    public long Replayed { get; internal set; }

    /// <summary>Packets that were dropped for want of room.</summary>
    public long Refused { get; internal set; }
}
