namespace Traversal.Fuzz;

/// <summary>What happens next in a story of the reliable path.</summary>
internal enum ReliableStep : byte
{
    /// <summary>A packet that the peer has sealed, with the next number; the payload is its frames.</summary>
    Frames = 0,

    /// <summary>The same with a number that the argument makes.</summary>
    FramesOutOfOrder,

    /// <summary>A datagram of anybody; the payload is all of it.</summary>
    Datagram,

    /// <summary>The last packet of the peer once more, of which the argument says which byte is changed; 0 for none.</summary>
    Repeat,

    /// <summary>Time passes: the square of the argument in milliseconds.</summary>
    Time,

    /// <summary>The application writes the argument times 1,000 bytes, on a conversation of its own.</summary>
    Write,

    /// <summary>The application does one of the other things that it can do; the argument says what.</summary>
    Application,

    /// <summary>Everything that has been sent is acknowledged by the peer, except for what the argument's bits leave out.</summary>
    Acknowledge,
}
