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
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(device => device.GetIPProperties().UnicastAddresses)
                .Where(unicast => unicast.Address.AddressFamily == wanted && !IPAddress.IsLoopback(unicast.Address))
                .Select(unicast => TransportAddress.From(unicast.Address, 0))];
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }
}
