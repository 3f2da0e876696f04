namespace Traversal.Client;

/// <summary>What became of a connection.</summary>
public enum IceStatus
{
    /// <summary>There is a path.</summary>
    Connected,

    /// <summary>There is none; the failure says what was seen.</summary>
    Failed,

    /// <summary>The signalling ended before the other side had said how it is reached.</summary>
    SignalingEnded,

    /// <summary>The signalling failed with an exception.</summary>
    SignalingFailed,

    /// <summary>The connection was disposed of.</summary>
    Closed,
}
