using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport;

/// <summary>One datagram, received or to be sent. Its bytes stand in <see cref="DatagramEngine.Slab"/>.</summary>
/// <param name="Socket">The socket that it came in by or goes out from.</param>
/// <param name="Start">
/// Where its bytes begin in the slab. A received or reserved datagram has <see cref="DatagramEngine.Headroom"/> writable bytes in front of it
/// and <see cref="DatagramEngine.Tailroom"/> behind its longest extent.
/// </param>
/// <param name="Length">How many bytes: 0 to 65,535.</param>
/// <param name="Remote">Whom it came from or goes to. IPv4 is never in its IPv6-mapped form; a link-local address keeps its scope.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Datagram(SocketId Socket, int Start, int Length, TransportAddress Remote)
{
    /// <summary>
    /// To be sent: whole or not at all, the DF bit set on IPv4. Needs <see cref="EngineCapabilities.DontFragment"/>; without it, it is as any other.
    /// </summary>
    public bool DontFragment { get; init; }

    /// <summary>
    /// Received: what the IP header said, where <see cref="DatagramEngineOptions.ReceiveIPHeaders"/> asks for it. To be sent: what it is to say. Needs
    /// <see cref="EngineCapabilities.IPHeaders"/>; without it, it is the default and not looked at.
    /// </summary>
    public IPHeader Header { get; init; }
}
