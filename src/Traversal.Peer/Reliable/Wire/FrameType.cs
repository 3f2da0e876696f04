namespace Traversal.Peer.Reliable.Wire;

/// <summary>What a frame in a packet says.</summary>
internal enum FrameType : byte
{
    /// <summary>Nothing; the rest of the packet is filling.</summary>
    Padding = 0,

    /// <summary>Acknowledge this packet.</summary>
    Ping = 1,

    /// <summary>Packets that have come: the highest number, how long ago in microseconds, how many more ranges; then ranges downwards.</summary>
    Acknowledgement = 2,

    /// <summary>Bytes of a conversation: its id, their offset, their length, the bytes.</summary>
    Data = 3,

    /// <summary>The same, and no more follow.</summary>
    LastData = 4,

    /// <summary>How far the other side may write: the id of a conversation, an offset.</summary>
    Window = 5,

    /// <summary>Nothing more comes of a conversation: its id, a code, the offset up to which was sent.</summary>
    Reset = 6,

    /// <summary>Nothing more is read of a conversation: its id, a code.</summary>
    Stop = 7,

    /// <summary>How many conversations the other side may have opened in all: a number.</summary>
    Conversations = 8,

    /// <summary>Everything is over: a code.</summary>
    Close = 9,
}
