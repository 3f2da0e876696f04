namespace Traversal.Client.Network;

/// <summary>What the network said to an attempt.</summary>
public enum NetworkStatus : byte
{
    /// <summary>It was done.</summary>
    Ok,

    /// <summary>Nobody listens there: an ICMP port unreachable, or a TCP reset.</summary>
    Refused,

    /// <summary>No route, or an ICMP error that says so.</summary>
    Unreachable,

    /// <summary>TCP got no answer.</summary>
    TimedOut,

    /// <summary>The local port is taken.</summary>
    AddressInUse,

    /// <summary>This machine does not have the local address, or not that IP version, or can't send to such an address.</summary>
    AddressNotAvailable,

    /// <summary>The operating system or a firewall forbids it.</summary>
    Denied,

    /// <summary>The datagram is longer than the path or the buffer.</summary>
    TooLong,

    /// <summary>The system has no room for it at the moment; a datagram is dropped.</summary>
    NoBuffer,

    /// <summary>The process has no descriptor left.</summary>
    OutOfDescriptors,

    /// <summary>The socket was disposed of.</summary>
    Closed,

    /// <summary>A name leads to no address.</summary>
    NotFound,

    /// <summary>Something else.</summary>
    Failed,
}
