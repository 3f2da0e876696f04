using System.Net.NetworkInformation;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>The interfaces of this machine, as the framework tells them.</summary>
internal static class SystemInterfaces
{
    public static IReadOnlyList<InterfaceAddress> Read()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().Where(device => device.OperationalStatus != OperationalStatus.Down).SelectMany(AddressesOf)];
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    private static IEnumerable<InterfaceAddress> AddressesOf(NetworkInterface device)
    {
        IPInterfaceProperties properties = device.GetIPProperties();
        InterfaceKind kind = KindOf(device.NetworkInterfaceType);
        return properties.UnicastAddresses.Select(unicast =>
        {
            TransportAddress address = TransportAddress.From(unicast.Address, 0);
            return new InterfaceAddress(address, unicast.PrefixLength, device.Name, IndexOf(properties, address), kind);
        });
    }

    private static int IndexOf(IPInterfaceProperties properties, in TransportAddress address) =>
        (address.IsIPv4 ? properties.GetIPv4Properties()?.Index : properties.GetIPv6Properties()?.Index) ?? 0;

    private static InterfaceKind KindOf(NetworkInterfaceType type) => type switch
    {
        NetworkInterfaceType.Loopback => InterfaceKind.Loopback,
        NetworkInterfaceType.Wireless80211 => InterfaceKind.Wireless,
        NetworkInterfaceType.Wwanpp or NetworkInterfaceType.Wwanpp2 or NetworkInterfaceType.Wman => InterfaceKind.Cellular,
        NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp => InterfaceKind.Tunnel,
        NetworkInterfaceType.Ethernet or NetworkInterfaceType.Ethernet3Megabit or NetworkInterfaceType.FastEthernetFx
            or NetworkInterfaceType.FastEthernetT or NetworkInterfaceType.GigabitEthernet => InterfaceKind.Wired,
        _ => InterfaceKind.Other,
    };
}
