namespace Traversal.Peer.Multiplexing;

/// <summary>What a multiplexer has seen and done since it is there.</summary>
public sealed class MultiplexerCounters
{
    /// <summary>Frames that were sent.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>Frames that have come whole and were taken.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>Bytes that were sent, frames and all.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Bytes that have come, frames and all.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Datagrams that were taken to be sent.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Datagrams that have come and were kept.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Datagrams that were dropped, either way, because too many waited or they were too long.</summary>
    public long DatagramsDropped { get; internal set; }
}
