namespace Traversal.Simulation;

/// <summary>What has become of one end of a TCP connection.</summary>
public enum TcpState
{
    /// <summary>The other side has not answered yet.</summary>
    Connecting,

    /// <summary>Bytes go both ways.</summary>
    Open,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>There was no answer.</summary>
    TimedOut,

    /// <summary>The other side has reset it.</summary>
    Broken,

    /// <summary>It was closed here.</summary>
    Closed,
}
