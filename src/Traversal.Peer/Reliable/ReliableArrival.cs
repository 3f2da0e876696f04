namespace Traversal.Peer.Reliable;

/// <summary>What a path made of a datagram.</summary>
public enum ReliableArrival : byte
{
    /// <summary>It was dealt with; there may be something to send, and events to take.</summary>
    Handled = 0,

    /// <summary>It is of another protocol.</summary>
    NotSegment,

    /// <summary>Its tag is wrong: it was forged, damaged, or sealed with a key that is not used.</summary>
    Forged,

    /// <summary>It has come before, or is so old that this cannot be told.</summary>
    Replayed,

    /// <summary>There was no room for what it carries; it will come again.</summary>
    Refused,

    /// <summary>The path is closed.</summary>
    Closed,
}
