using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The IPv6 half of a dual allocation (RFC 8656 section 6); the IPv4 half stands in the allocation, as that of a single one does.</summary>
internal struct SecondRelay
{
    /// <summary>The relayed address as clients and peers know it.</summary>
    public TransportAddress Relayed;

    public MonotonicTime ExpiresAt;
    public SocketId Socket;

    /// <summary>The number of the relay address in the group.</summary>
    public ushort Host;
}
