using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>The addresses that this machine has: a listener on a wildcard address can be reached at every one of them.</summary>
internal static class LocalAddresses
{
    /// <summary>The unicast addresses of a family, but for loopback; the port is 0. Empty where the system does not tell.</summary>
    public static IReadOnlyList<TransportAddress> Find(IPFamily family)
    {
        AddressFamily wanted = family == IPFamily.IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return Read(properties => properties.UnicastAddresses
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == wanted && !IPAddress.IsLoopback(address)));
    }

    /// <summary>The name servers that this machine asks, which may answer it more than they answer strangers; the port is 0.</summary>
    public static IReadOnlyList<TransportAddress> FindNameServers() => Read(properties => properties.DnsAddresses);

    private static IReadOnlyList<TransportAddress> Read(Func<IPInterfaceProperties, IEnumerable<IPAddress>> addressesOf)
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(device => addressesOf(device.GetIPProperties()))
                .Select(address => TransportAddress.From(address, 0))
                .Distinct()];
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }
}
