namespace Traversal.Server;

/// <summary>What has become of a connection with a peer.</summary>
internal enum PeerEventKind
{
    /// <summary>It was made, as the client had asked.</summary>
    Connected,

    /// <summary>It could not be made.</summary>
    ConnectFailed,

    /// <summary>A peer made it.</summary>
    Arrived,

    /// <summary>A client's connection was bound to it.</summary>
    Bound,

    /// <summary>It has carried bytes.</summary>
    Carried,

    /// <summary>It is over.</summary>
    Closed,
}
