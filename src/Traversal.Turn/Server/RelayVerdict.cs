using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>What to send, from where and to whom.</summary>
/// <param name="Action">Which span holds the bytes, if any are to be sent.</param>
/// <param name="Via">The socket or connection to send on; none when the bytes are handed over.</param>
/// <param name="Destination">The address to send to; on a connection it is the remote end.</param>
/// <param name="Offset">Where the bytes begin in the span.</param>
/// <param name="Length">How many there are; 0 is an empty datagram.</param>
public readonly record struct RelayVerdict(RelayAction Action, SocketId Via, TransportAddress Destination, int Offset, int Length)
{
    /// <summary>
    /// What the IP header of a datagram with application data is to say (RFC 8656 sections 13 to 15); the default on everything else and on what did not
    /// come with one.
    /// </summary>
    public IPHeader Header { get; init; }

    /// <summary>Send nothing.</summary>
    public static RelayVerdict Drop => default;
}
