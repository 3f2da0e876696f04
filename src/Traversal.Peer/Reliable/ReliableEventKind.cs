namespace Traversal.Peer.Reliable;

/// <summary>What has happened to a conversation or to its path.</summary>
[Flags]
public enum ReliableEventKind : byte
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>The other side has opened the conversation.</summary>
    Opened = 1,

    /// <summary>There are bytes to read, or the end has come.</summary>
    Readable = 2,

    /// <summary>There is room for bytes again after <see cref="Conversation.Write"/> had not taken all.</summary>
    Writable = 4,

    /// <summary>All that was written so far has come to the other side.</summary>
    Delivered = 8,

    /// <summary>The other side has given up what it wrote: <see cref="Conversation.PeerResetCode"/>.</summary>
    Reset = 16,

    /// <summary>The other side reads no more: <see cref="Conversation.PeerStopCode"/>.</summary>
    Stopped = 32,

    /// <summary>The path is closed: <see cref="ReliablePath.CloseReason"/>. About no conversation, and the last event.</summary>
    Closed = 64,
}
