using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

/// <summary>A UDP port where nobody listens, about which the kernel says so.</summary>
internal static class ClosedPort
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Finds one; skips the test where the kernel sends no ICMP errors, as some do after a while.</summary>
    public static IPEndPoint Find(string loopback = "127.0.0.1")
    {
        IPAddress address = IPAddress.Parse(loopback);
        using var closed = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        closed.Bind(new IPEndPoint(address, 0));
        var endpoint = (IPEndPoint)closed.LocalEndPoint!;
        closed.Close();
        Assert.SkipUnless(IsToldOf(endpoint), $"the kernel sends no ICMP errors to {address} at present");
        return endpoint;
    }

    public static TransportAddress FindAddress(string loopback = "127.0.0.1") => TransportAddress.From(Find(loopback));

    private static bool IsToldOf(IPEndPoint endpoint)
    {
        using var probe = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(endpoint);
        probe.Send([0]);
        return probe.Poll(Patience, SelectMode.SelectRead);
    }
}
