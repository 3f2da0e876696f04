using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A service on loopback that nobody outside should reach.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Socket _socket;

    public Victim(string address = "127.0.0.1")
    {
        IPAddress local = IPAddress.Parse(address);
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        _socket.Bind(new IPEndPoint(local, 0));
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string Endpoint => _socket.LocalEndPoint!.ToString()!;

    public TransportAddress Address => TransportAddress.From((IPEndPoint)_socket.LocalEndPoint!);

    /// <summary>What arrived next; fails when nothing does.</summary>
    public byte[] Receive()
    {
        byte[] buffer = new byte[8192];
        return buffer[.._socket.Receive(buffer)];
    }

    public void SendTo(TransportAddress relayed, byte[] data) => _socket.SendTo(data, relayed.ToIPEndPoint());

    /// <summary>Loopback delivers at once, so what the server has sent is there.</summary>
    public bool HasAnything => _socket.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();
}
