namespace Traversal.Transport;

/// <summary>Why a datagram was not sent. It costs that datagram alone.</summary>
public enum SendFailure
{
    /// <summary>The kernel's send buffer or queue is full.</summary>
    NoBuffer = 0,

    /// <summary>No route to the destination, or it is known not to listen.</summary>
    Unreachable,

    /// <summary>A firewall or a sandbox refuses.</summary>
    Denied,

    /// <summary>Longer than IP or the path allows.</summary>
    TooLong,

    /// <summary>An address that cannot be a destination: another IP version than the socket's, or port 0.</summary>
    BadDestination,

    /// <summary>The socket is closed.</summary>
    NoSocket,

    /// <summary>Anything else.</summary>
    Other,
}
