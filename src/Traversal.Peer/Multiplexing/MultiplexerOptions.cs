namespace Traversal.Peer.Multiplexing;

/// <summary>What a <see cref="Multiplexer"/> is to be like. Not to be changed while one uses it. The two sides need not agree.</summary>
public sealed class MultiplexerOptions
{
    /// <summary>Whether this side is the one that opened the connection; the other is not. The client of TLS is.</summary>
    public required bool IsInitiator { get; set; }

    /// <summary>
    /// Whether each side takes streams and datagrams only once it has said <see cref="Multiplexer.Admit"/>, as where it still has to look at who the other side is.
    /// In this the two have to agree. Default: false.
    /// </summary>
    public bool NeedsAdmission { get; set; }

    /// <summary>How many streams of the other side may be open at once. Default: 128; 4 to 65,536.</summary>
    public int MaxStreams { get; set; } = 128;

    /// <summary>How many bytes of a stream the other side may send before they are read. Default: 8 MB; 16 KB to 1 GB.</summary>
    public int StreamWindow { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// How many bytes of all streams together the other side may send before they are read, and so what the other side can make this one keep, apart from what
    /// is left over in the last block of 16 KB of each stream. A stream that nobody reads takes of it from the others until it is stopped. Default: 32 MB; 64 KB
    /// to 1 GB.
    /// </summary>
    public int ConnectionWindow { get; set; } = 32 * 1024 * 1024;

    /// <summary>How many bytes of a stream are kept until they are sent. Default: 256 KB; 1 KB to 1 GB.</summary>
    public int SendBuffer { get; set; } = 256 * 1024;

    /// <summary>The longest datagram that is sent or taken, in bytes. Default: 65,000; 0 to 65,535.</summary>
    public int MaxDatagramLength { get; set; } = 65_000;

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    internal string? FindProblem()
    {
        if (MaxStreams is < MultiplexerLimits.LeastStreams or > MultiplexerLimits.MostStreams) return $"{nameof(MaxStreams)} is 4 to 65,536.";
        if (StreamWindow is < MultiplexerLimits.LeastStreamWindow or > MultiplexerLimits.MostWindow) return $"{nameof(StreamWindow)} is 16 KB to 1 GB.";
        if (ConnectionWindow is < MultiplexerLimits.LeastConnectionWindow or > MultiplexerLimits.MostWindow) return $"{nameof(ConnectionWindow)} is 64 KB to 1 GB.";
        if (SendBuffer is < 1024 or > MultiplexerLimits.MostWindow) return $"{nameof(SendBuffer)} is 1 KB to 1 GB.";
        return MaxDatagramLength is < 0 or > ushort.MaxValue ? $"{nameof(MaxDatagramLength)} is 0 to 65,535." : null;
    }
}
