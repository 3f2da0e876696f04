using Traversal.Primitives;

namespace Traversal.Connectivity;

/// <summary>How far an address means something.</summary>
internal static class AddressScope
{
    /// <summary>On one link (RFC 3927, RFC 4291 section 2.5.6).</summary>
    public static bool IsLinkLocal(in TransportAddress address) =>
        address.IsIPv6 ? address.HighBits >> 54 == 0xFE80 >> 6 : address.IPv4Bits >> 16 == 0xA9FE;

    /// <summary>Within one site: private (RFC 1918), a carrier's (RFC 6598), unique local (RFC 4193), or narrower still.</summary>
    public static bool IsLocal(in TransportAddress address)
    {
        if (address.IsLoopback || IsLinkLocal(in address)) return true;
        if (address.IsIPv6) return address.HighBits >> 57 == 0xFC >> 1;

        uint bits = address.IPv4Bits;
        return bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8 || bits >> 22 == 0x6440 >> 6;
    }
}
