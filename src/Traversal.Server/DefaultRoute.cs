using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>The address that this machine would send from: what a wildcard listener relays on when nothing else is said.</summary>
internal static class DefaultRoute
{
    /// <summary>The source address of the default route, else of loopback. Nothing is sent: connecting a datagram socket only asks the routing table.</summary>
    public static TransportAddress FindSource(IPFamily family)
    {
        // Documentation addresses (RFC 5737, RFC 3849) stand for "anywhere outside".
        (AddressFamily socketFamily, IPAddress outside, IPAddress loopback) = family == IPFamily.IPv4
            ? (AddressFamily.InterNetwork, IPAddress.Parse("192.0.2.1"), IPAddress.Loopback)
            : (AddressFamily.InterNetworkV6, IPAddress.Parse("2001:db8::1"), IPAddress.IPv6Loopback);
        try
        {
            using var socket = new Socket(socketFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(outside, 9);
            return TransportAddress.From(((IPEndPoint)socket.LocalEndPoint!).Address, 0);
        }
        catch (SocketException)
        {
            return TransportAddress.From(loopback, 0);
        }
    }
}
