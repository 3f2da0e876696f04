using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>Sockets that nobody reads, one for each reserved port; the quotas bound them. Safe from any thread.</summary>
internal sealed class ReservedPorts : IReservedPorts, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TransportAddress, Socket> _sockets = [];

    public bool TryHold(in TransportAddress local)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            // What peers send too early is not kept.
            socket.ReceiveBufferSize = 0;
            socket.Bind(local.ToIPEndPoint());
            lock (_lock) _sockets.Add(local, socket);
            return true;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return false;
        }
    }

    public void Release(in TransportAddress local)
    {
        lock (_lock)
        {
            if (_sockets.Remove(local, out Socket? socket)) socket.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Socket socket in _sockets.Values) socket.Dispose();
            _sockets.Clear();
        }
    }
}
