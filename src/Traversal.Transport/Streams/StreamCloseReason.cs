namespace Traversal.Transport.Streams;

/// <summary>Why a stream connection ended.</summary>
public enum StreamCloseReason
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The client closed it.</summary>
    ByPeer,

    /// <summary>The owner closed it (<see cref="StreamConnection.Close"/>).</summary>
    ByOwner,

    /// <summary>No complete frame came in time after the start.</summary>
    FirstFrameDeadline,

    /// <summary>The owner did not come to trust the client in time.</summary>
    StrangerDeadline,

    /// <summary>No complete frame came for too long.</summary>
    IdleDeadline,

    /// <summary>Frames trickled in.</summary>
    TooSlow,

    /// <summary>The bytes were no frame, or one longer than this client may send.</summary>
    BadFrame,

    /// <summary>The client does not take what is sent to it.</summary>
    WriteStalled,

    /// <summary>The connection broke.</summary>
    Broken,

    /// <summary>It was handed over (<see cref="StreamConnection.HandOver"/>), and who had it is done.</summary>
    HandedOver,

    /// <summary>The edge is shut down.</summary>
    Shutdown,
}
