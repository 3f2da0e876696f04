namespace Traversal.Peer.Multiplexing;

/// <summary>The bounds of a multiplexer.</summary>
internal static class MultiplexerLimits
{
    /// <summary>The longest frame: a record of TLS (RFC 8446 section 5.1) holds one.</summary>
    public const int MaxFrameLength = 16 * 1024;

    /// <summary>What stands before the body of a frame at most.</summary>
    public const int MaxFrameHead = 3;

    /// <summary>The longest body of a frame.</summary>
    public const int MaxBodyLength = MaxFrameLength - MaxFrameHead;

    /// <summary>The longest body of a frame that is neither data nor a hello: two numbers.</summary>
    public const int MaxControlBody = 16;

    /// <summary>The longest such frame.</summary>
    public const int MaxControlFrame = 2 + MaxControlBody;

    /// <summary>Where there is less room, no bytes are cut off to fill it.</summary>
    public const int LeastRoomForData = 512;

    /// <summary>What every side lets the other open and send before it has heard of any limits.</summary>
    public const int LeastStreams = 4, LeastStreamWindow = 16 * 1024, LeastConnectionWindow = 64 * 1024;

    /// <summary>The most that an option may be.</summary>
    public const int MostStreams = 64 * 1024, MostWindow = 1 << 30;

    /// <summary>Datagrams that wait in each direction.</summary>
    public const int MaxDatagrams = 64, MaxDatagramBytes = 256 * 1024;
}
