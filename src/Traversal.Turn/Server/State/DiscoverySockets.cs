using System.Diagnostics;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// The four sockets of NAT behaviour discovery, two addresses by two ports, as seen from the one that a request came in on (RFC 5780 section 6.1).
/// </summary>
/// <param name="places">The sockets: bit 0 of the index is the port, bit 1 the address.</param>
/// <param name="place">The index of the one that was asked.</param>
internal sealed class DiscoverySockets((SocketId Via, TransportAddress Address)[] places, int place)
{
    // The flags of CHANGE-REQUEST stand one bit higher than those of the index.
    private const int FlagShift = 1;

    /// <summary>The socket that answers, by table 1 of RFC 5780, and its address.</summary>
    public (SocketId Via, TransportAddress Address) After(ChangeRequest change)
    {
        Debug.Assert((change & ~(ChangeRequest.Address | ChangeRequest.Port)) == ChangeRequest.None, "unknown flags are left out by who reads them");
        return places[place ^ (int)change >> FlagShift];
    }
}
