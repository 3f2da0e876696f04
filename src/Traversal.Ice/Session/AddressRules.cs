using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>Which addresses go together.</summary>
internal static class AddressRules
{
    private const ulong LinkLocalPrefix = 0xFE80_0000_0000_0000, SiteLocalPrefix = 0xFEC0_0000_0000_0000, LinkLocalMask = 0xFFC0_0000_0000_0000;
    private const uint FirstMulticast = 224; // 224.0.0.0/4, 240.0.0.0/4 and broadcast.

    /// <summary>Whether somebody can be there: what a peer signals must not make this machine send to a multicast group.</summary>
    public static bool CanBeReached(in TransportAddress address)
    {
        if (address.IsNone || address.Port == 0 || address.IsUnspecified || address.IsIPv4Mapped) return false;
        return address.IsIPv4 ? address.IPv4Bits >> 24 is > 0 and < FirstMulticast : address.HighBits >> 56 != 0xFF;
    }

    /// <summary>
    /// Whether an address may be a candidate of this agent: no IPv4 address in the spelling of IPv6, and none of a site (RFC 8445 section 5.1.1.1).
    /// </summary>
    public static bool MayBeCandidate(in TransportAddress address) =>
        !address.IsIPv4Mapped && !IsIPv4Compatible(in address) && (address.HighBits & LinkLocalMask) != SiteLocalPrefix;

    /// <summary>
    /// Addresses of one IP version; link-local ones with their like alone (RFC 8445 section 6.1.2.2), and loopback too, so that no peer has this machine
    /// send checks to its own services.
    /// </summary>
    public static bool MayPair(in TransportAddress local, in TransportAddress remote) =>
        local.Family == remote.Family && IsLinkLocal(in local) == IsLinkLocal(in remote) && local.IsLoopback == remote.IsLoopback;

    /// <summary>A scope means something on one machine alone.</summary>
    public static TransportAddress WithoutScope(in TransportAddress address) =>
        address.Scope == 0 ? address : TransportAddress.FromIPv6(address.HighBits, address.LowBits, address.Port);

    /// <summary>The address as it is reached from <paramref name="local"/>: a link-local one has the scope of its interface.</summary>
    public static TransportAddress Reach(in TransportAddress remote, in TransportAddress local) =>
        local.Scope == 0 ? remote : TransportAddress.FromIPv6(remote.HighBits, remote.LowBits, remote.Port, local.Scope);

    // ::/96 but for the loopback and the unspecified address (RFC 4291 section 2.5.5.1).
    private static bool IsIPv4Compatible(in TransportAddress address) =>
        address is { IsIPv6: true, HighBits: 0, LowBits: > 1 and <= uint.MaxValue };

    private static bool IsLinkLocal(in TransportAddress address) =>
        address.IsIPv6 ? (address.HighBits & LinkLocalMask) == LinkLocalPrefix : address.IPv4Bits >> 16 == 0xA9FE;
}
