using System.Net;
using System.Net.Sockets;
using Traversal.Client.Network.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>The network of the operating system, by System.Net.Sockets.</summary>
public sealed class SystemNetwork : INetwork
{
    private const int Backlog = 128;

    private SystemNetwork()
    {
    }

    /// <summary>The one network of this process.</summary>
    public static SystemNetwork Instance { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => SystemInterfaces.Read();

    /// <inheritdoc/>
    public IDisposable? WatchAddresses(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        return new AddressWatch(changed);
    }

    /// <inheritdoc/>
    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default)
    {
        if (local.IsNone && remote.IsNone) throw new ArgumentException("Neither address says which IP version to open.", nameof(local));
        if (!local.IsNone && !remote.IsNone && local.Family != remote.Family)
            throw new ArgumentException("The addresses are of two IP versions.", nameof(remote));

        Socket? socket = null;
        try
        {
            socket = new Socket((local.IsNone ? remote : local).AddressFamily(), SocketType.Dgram, ProtocolType.Udp);
            if (OperatingSystem.IsWindows() && remote.IsNone) IgnorePortUnreachable(socket);
            if (!local.IsNone) socket.Bind(local.ToIPEndPoint());
            if (remote.IsNone && BatchedDatagramSocket.TryCreate(socket) is { } batched) return new(batched);

            if (!remote.IsNone) socket.Connect(remote.ToIPEndPoint());
            return new(new SystemDatagramSocket(socket, in remote));
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            return new(SocketErrors.ToStatus(failure.SocketErrorCode));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default)
    {
        if (remote.IsNone) throw new ArgumentException("There is no address to connect to.", nameof(remote));
        Socket? socket = null;
        try
        {
            socket = new Socket(remote.AddressFamily(), SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (!local.IsNone) socket.Bind(local.ToIPEndPoint());
            await socket.ConnectAsync(remote.ToIPEndPoint(), cancellationToken).ConfigureAwait(false);
            return new(SystemTcpListener.ToConnection(socket));
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            return new(SocketErrors.ToStatus(failure.SocketErrorCode));
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public NetworkResult<ITcpListener> Listen(in TransportAddress local)
    {
        if (local.IsNone) throw new ArgumentException("There is no address to listen at.", nameof(local));
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily(), SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(local.ToIPEndPoint());
            socket.Listen(Backlog);
            return new(new SystemTcpListener(socket));
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            return new(SocketErrors.ToStatus(failure.SocketErrorCode));
        }
    }

    // SIO_UDP_CONNRESET: without it, Windows fails receives after an ICMP error for something sent earlier, and does not say to whom.
    private static void IgnorePortUnreachable(Socket socket) => socket.IOControl(unchecked((int)0x9800000C), [0, 0, 0, 0], null);
}
