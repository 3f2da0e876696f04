using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>A listening socket of the framework.</summary>
internal sealed class SystemTcpListener(Socket socket) : ITcpListener
{
    public TransportAddress LocalAddress { get; } = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);

    public static TcpConnection ToConnection(Socket socket) => new(
        new NetworkStream(socket, ownsSocket: true),
        TransportAddress.From((IPEndPoint)socket.LocalEndPoint!),
        TransportAddress.From((IPEndPoint)socket.RemoteEndPoint!));

    public async ValueTask<NetworkResult<TcpConnection>> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Socket accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            accepted.NoDelay = true;
            return new(ToConnection(accepted));
        }
        catch (ObjectDisposedException)
        {
            return new(NetworkStatus.Closed);
        }
        catch (SocketException failure)
        {
            return new(SocketErrors.ToStatus(failure.SocketErrorCode));
        }
    }

    public void Dispose() => socket.Dispose();
}
