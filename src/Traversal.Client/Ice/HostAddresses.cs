using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>Which addresses of this machine become host candidates (RFC 8445 section 5.1.1.1), the preferred ones in front.</summary>
internal static class HostAddresses
{
    /// <summary>The most that are taken.</summary>
    public const int MaxAddresses = 16;

    // A machine with hundreds of addresses has no use for all of them.
    private const int MaxPerInterface = 4;

    public static IReadOnlyList<InterfaceAddress> Choose(IReadOnlyList<InterfaceAddress> all, Func<InterfaceAddress, bool>? filter)
    {
        IEnumerable<InterfaceAddress> chosen = all
            .Where(address => IsCandidate(address, all) && (filter is null || filter(address)))
            .GroupBy(address => address.InterfaceIndex)
            .SelectMany(device => device.GroupBy(address => address.Address.Family).SelectMany(family => family.Take(MaxPerInterface)));

        // RFC 8421 section 4 has IPv6 in front; the agent alternates from there.
        return [.. chosen.OrderBy(address => IsLinkLocal(address.Address)).ThenBy(address => RankOf(address.Kind)).ThenByDescending(address => address.Address.IsIPv6).Take(MaxAddresses)];
    }

    private static bool IsCandidate(InterfaceAddress candidate, IReadOnlyList<InterfaceAddress> all)
    {
        TransportAddress address = candidate.Address;
        if (candidate.Kind == InterfaceKind.Loopback || address.IsLoopback || address.IsUnspecified || IsDeprecated(in address)) return false;

        if (IsMadeOfHardware(in address) && all.Any(other => IsInNetworkOf(candidate, other) && !IsMadeOfHardware(other.Address))) return false;

        // One that tells where a machine is not, when there is another that need not.
        return !IsLinkLocal(in address) || !all.Any(other =>
            other.InterfaceIndex == candidate.InterfaceIndex && other.Address.Family == candidate.Address.Family && !IsLinkLocal(other.Address) && !IsDeprecated(other.Address));
    }

    // An interface identifier that follows the machine from network to network (RFC 7721 section 3): a MAC address with FF:FE in the middle.
    private static bool IsMadeOfHardware(in TransportAddress address) => address.IsIPv6 && !IsLinkLocal(in address) && (address.LowBits >> 24 & 0xFFFF) == 0xFFFE;

    private static bool IsInNetworkOf(InterfaceAddress one, InterfaceAddress other) =>
        other.InterfaceIndex == one.InterfaceIndex && other.Address.IsIPv6 && other.Address.HighBits == one.Address.HighBits && other.Address != one.Address;

    // IPv4-mapped, IPv4-compatible and site-local.
    private static bool IsDeprecated(in TransportAddress address) =>
        address.IsIPv4Mapped || (address.IsIPv6 && ((address.HighBits == 0 && address.LowBits >> 32 == 0) || address.HighBits >> 54 == 0xFEC0 >> 6));

    private static bool IsLinkLocal(in TransportAddress address) =>
        address.IsIPv6 ? address.HighBits >> 54 == 0xFE80 >> 6 : address.IPv4Bits >> 16 == 0xA9FE;

    private static int RankOf(InterfaceKind kind) => kind switch
    {
        InterfaceKind.Wired => 0,
        InterfaceKind.Wireless => 1,
        InterfaceKind.Other => 2,
        InterfaceKind.Cellular => 3,
        _ => 4,
    };
}
