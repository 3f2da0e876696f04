using System.Net;
using System.Net.Sockets;
using Traversal.Client.Network;
using Traversal.Client.Network.Sockets;

namespace Traversal.Client.Tests.Network;

/// <summary>By the framework, as where the system has no batched calls.</summary>
public sealed class FrameworkDatagramSocketTests : DatagramSocketTests
{
    private protected override IDatagramSocket Open(string local)
    {
        IPEndPoint address = IPEndPoint.Parse(local);
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(address);
        return new SystemDatagramSocket(socket, default);
    }
}
