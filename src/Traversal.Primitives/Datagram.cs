using System.Runtime.InteropServices;

namespace Traversal.Primitives;

/// <summary>One datagram, received or to be sent. Its bytes stand in a slab that it shares with the rest of its batch.</summary>
/// <param name="Socket">The socket that it came in by or goes out from.</param>
/// <param name="Start">Where its bytes begin in the slab; who hands the batch on says how much may be written in front of them and behind.</param>
/// <param name="Length">How many bytes: 0 to 65,535.</param>
/// <param name="Remote">Whom it came from or goes to. IPv4 is never in its IPv6-mapped form; a link-local address keeps its scope.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Datagram(SocketId Socket, int Start, int Length, TransportAddress Remote)
{
    /// <summary>To be sent: whole or not at all, the DF bit set on IPv4, where the system can.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Received: what the IP header said, where that is known. To be sent: what it is to say, where the system can.</summary>
    public IPHeader Header { get; init; }
}
