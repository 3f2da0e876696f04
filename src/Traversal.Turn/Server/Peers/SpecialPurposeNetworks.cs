using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The networks that no peer belongs to unless a rule says so: every row of the IANA special-purpose address registries for IPv4 and IPv6, those
/// included that IANA calls globally reachable, and what lies outside of unicast.
/// </summary>
internal static class SpecialPurposeNetworks
{
    /// <summary>A rule for each network.</summary>
    public static IEnumerable<PeerRule> Rules => IPv4.Concat(IPv6).Select(Deny);

    private static string[] IPv4 =>
    [
        "0.0.0.0/8", // this network (RFC 791)
        "10.0.0.0/8", // private (RFC 1918)
        "100.64.0.0/10", // shared, behind a carrier's NAT (RFC 6598)
        "127.0.0.0/8", // loopback (RFC 1122)
        "169.254.0.0/16", // link-local, cloud metadata (RFC 3927)
        "172.16.0.0/12", // private (RFC 1918)
        "192.0.0.0/24", // IETF protocol assignments (RFC 6890), with all within
        "192.0.2.0/24", // documentation (RFC 5737)
        "192.31.196.0/24", // AS112 (RFC 7535)
        "192.52.193.0/24", // AMT (RFC 7450)
        "192.88.99.0/24", // 6to4 relays (RFC 7526)
        "192.168.0.0/16", // private (RFC 1918)
        "192.175.48.0/24", // AS112 (RFC 7534)
        "198.18.0.0/15", // benchmarks (RFC 2544)
        "198.51.100.0/24", // documentation (RFC 5737)
        "203.0.113.0/24", // documentation (RFC 5737)
        "224.0.0.0/4", // multicast (RFC 5771)
        "240.0.0.0/4", // reserved (RFC 1112), and broadcast (RFC 919)
    ];

    private static string[] IPv6 =>
    [
        "::/96", // unspecified, loopback (RFC 4291), and IPv4-compatible, which is deprecated
        "64:ff9b::/96", // IPv4 behind a translator (RFC 6052)
        "64:ff9b:1::/48", // the same, for local use (RFC 8215)
        "100::/64", // discard (RFC 6666)
        "100:0:0:1::/64", // dummy prefix (RFC 9780)
        "2001::/23", // IETF protocol assignments (RFC 2928): Teredo, benchmarks, ORCHID, AMT and all others within
        "2001:db8::/32", // documentation (RFC 3849)
        "2002::/16", // 6to4 (RFC 3056)
        "2620:4f:8000::/48", // AS112 (RFC 7534)
        "3fff::/20", // documentation (RFC 9637)
        "5f00::/16", // segment routing (RFC 9602)
        "fc00::/7", // unique local (RFC 4193)
        "fe80::/10", // link-local (RFC 4291)
        "fec0::/10", // site-local, deprecated (RFC 3879)
        "ff00::/8", // multicast (RFC 4291)
    ];

    private static PeerRule Deny(string network) =>
        PeerRule.TryParse(network, allow: false, out PeerRule? rule) ? rule! : throw new FormatException(network);

    /// <summary>
    /// Whether an address is that of a tunnel, 6to4 or Teredo. A relay must accept neither clients nor peers there, as a packet could go round
    /// between tunnel and relay (RFC 8656 section 21.4).
    /// </summary>
    public static bool IsTunnel(in TransportAddress address) =>
        address.IsIPv6 && (address.HighBits >> 48 == 0x2002 || address.HighBits >> 32 == 0x2001_0000);
}
