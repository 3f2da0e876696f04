using Traversal.Primitives;

namespace Traversal.Transport;

/// <summary>An ICMP error that came for a datagram sent from a relay socket.</summary>
/// <param name="Socket">The socket that the datagram was sent from.</param>
/// <param name="Destination">Where it was sent.</param>
/// <param name="Type">The type of ICMPv4 or ICMPv6, as the destination's family says.</param>
/// <param name="Code">The code.</param>
/// <param name="Mtu">The largest packet of the next link where the error is that the datagram was larger; else undefined.</param>
public readonly record struct PathError(SocketId Socket, TransportAddress Destination, byte Type, byte Code, uint Mtu);
