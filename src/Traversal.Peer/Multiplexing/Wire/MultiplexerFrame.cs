namespace Traversal.Peer.Multiplexing.Wire;

/// <summary>What a frame says. Each is its kind in one byte, the length of the rest as a number (RFC 9000 section 16), and the rest.</summary>
internal enum MultiplexerFrame : byte
{
    /// <summary>The first: streams that may be open, the window of a stream, the window of the connection, then what the application says first.</summary>
    Hello = 1,

    /// <summary>Bytes of a stream: its id, the bytes.</summary>
    Data = 2,

    /// <summary>The same, and no more follow.</summary>
    LastData = 3,

    /// <summary>How far the other side may write: the id of a stream, how many bytes in all.</summary>
    Window = 4,

    /// <summary>How far the other side may write to all streams together: how many bytes in all.</summary>
    ConnectionWindow = 5,

    /// <summary>Nothing more comes of a stream: its id, a code.</summary>
    Reset = 6,

    /// <summary>Nothing more is read of a stream: its id, a code.</summary>
    Stop = 7,

    /// <summary>How many streams the other side may have opened in all: a number.</summary>
    Streams = 8,

    /// <summary>Answer this.</summary>
    Ping = 9,

    /// <summary>The answer.</summary>
    Pong = 10,

    /// <summary>Bytes of a datagram; more follow.</summary>
    DatagramPart = 11,

    /// <summary>Bytes of a datagram, the last.</summary>
    Datagram = 12,

    /// <summary>Everything is over: a <see cref="MultiplexerCloseReason"/>, a code.</summary>
    Close = 13,

    /// <summary>The side that sends it has seen who the other is, and takes its streams.</summary>
    Admit = 14,
}
