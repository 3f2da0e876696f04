using System.Globalization;
using System.Runtime.CompilerServices;

namespace Traversal.Primitives;

/// <summary>What of a datagram's IP header a relay may pass on. The default says nothing: what is sent with it has what the system sets.</summary>
public readonly record struct IPHeader
{
    private const int HopLimitShift = 8;
    private const int OneHop = 1 << HopLimitShift;

    // In one number: a copy that is written in halves and read whole would keep the processor waiting.
    private readonly ushort _octets;

    /// <summary>A header.</summary>
    /// <param name="trafficClass">See <see cref="TrafficClass"/>.</param>
    /// <param name="hopLimit">See <see cref="HopLimit"/>.</param>
    public IPHeader(byte trafficClass, byte hopLimit)
        : this((ushort)(hopLimit << HopLimitShift | trafficClass))
    {
    }

    private IPHeader(ushort octets) => _octets = octets;

    /// <summary>DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168): the IPv4 TOS octet or the IPv6 Traffic Class.</summary>
    public byte TrafficClass => (byte)_octets;

    /// <summary>The IPv4 TTL or the IPv6 Hop Limit, 1 to 255; 0 is unknown or the system's default. One that arrives as 0 is told as 1.</summary>
    public byte HopLimit => (byte)(_octets >> HopLimitShift);

    /// <summary>Whether a router would pass it on no further.</summary>
    public bool IsSpent => HopLimit == 1;

    /// <summary>The header as a router passes it on: one hop less, the rest as it came. Not for one that <see cref="IsSpent"/>.</summary>
    public IPHeader Forwarded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _octets < OneHop ? this : new IPHeader((ushort)(_octets - OneHop));
    }

    /// <summary>The two octets, as in <c>traffic class 184, hop limit 64</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"traffic class {TrafficClass}, hop limit {HopLimit}"); // A record's own would never end.
}
