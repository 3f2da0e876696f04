namespace Traversal.Turn;

/// <summary>The value of ICMP: why a datagram to a peer did not arrive (RFC 8656 section 18.13).</summary>
/// <param name="Type">The type of ICMPv4 or ICMPv6, as the peer's address family says.</param>
/// <param name="Code">The code.</param>
/// <param name="Mtu">The largest packet of the next link where the error is that one was larger; else 0.</param>
public readonly record struct IcmpError(byte Type, byte Code, uint Mtu);
