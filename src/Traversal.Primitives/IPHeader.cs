namespace Traversal.Primitives;

/// <summary>What of a datagram's IP header a relay may pass on. The default says nothing: what is sent with it has what the system sets.</summary>
/// <param name="TrafficClass">DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168): the IPv4 TOS octet or the IPv6 Traffic Class.</param>
/// <param name="HopLimit">The IPv4 TTL or the IPv6 Hop Limit, 1 to 255; 0 is unknown or the system's default. One that arrives as 0 is told as 1.</param>
public readonly record struct IPHeader(byte TrafficClass, byte HopLimit)
{
    /// <summary>Whether a router would pass it on no further.</summary>
    public bool IsSpent => HopLimit == 1;

    /// <summary>The header as a router passes it on: one hop less, the rest as it came. Not for one that <see cref="IsSpent"/>.</summary>
    public IPHeader Forwarded => HopLimit == 0 ? this : this with { HopLimit = (byte)(HopLimit - 1) };
}
