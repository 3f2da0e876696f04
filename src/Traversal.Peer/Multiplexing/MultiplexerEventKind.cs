namespace Traversal.Peer.Multiplexing;

/// <summary>What has happened to a stream or to its multiplexer.</summary>
[Flags]
public enum MultiplexerEventKind : short
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>The other side has opened the stream.</summary>
    Opened = 1,

    /// <summary>There are bytes to read, or the end has come.</summary>
    Readable = 2,

    /// <summary>There is room for bytes again after <see cref="MultiplexedStream.Write"/> had not taken all.</summary>
    Writable = 4,

    /// <summary>The other side has given up what it wrote: <see cref="MultiplexedStream.PeerResetCode"/>.</summary>
    Reset = 8,

    /// <summary>The other side reads no more: <see cref="MultiplexedStream.PeerStopCode"/>.</summary>
    Stopped = 16,

    /// <summary>The other side has said hello: <see cref="Multiplexer.PeerHello"/>. About no stream, as all that follow.</summary>
    Hello = 32,

    /// <summary><see cref="Multiplexer.Open"/> may succeed again after it had given null.</summary>
    StreamsAllowed = 64,

    /// <summary>The other side has answered <see cref="Multiplexer.Ping"/>.</summary>
    Pong = 128,

    /// <summary>There are datagrams to take.</summary>
    Datagram = 256,

    /// <summary>The multiplexer is closed: <see cref="Multiplexer.CloseReason"/>. The last event.</summary>
    Closed = 512,

    /// <summary>The other side has said <see cref="Multiplexer.Admit"/>: streams may be opened.</summary>
    Admitted = 1024,
}
