using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Managed;

namespace Traversal.Transport.Streams;

/// <summary>One address and port on TCP, at which connections are accepted and from which they are made. Any thread may use it.</summary>
public sealed class StreamPort : IDisposable
{
    /// <summary>How many connections wait to be accepted.</summary>
    private const int Backlog = 16;

    // SOL_SOCKET and SO_REUSEPORT of Linux.
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    private readonly Socket _listener;

    private StreamPort(Socket listener)
    {
        _listener = listener;
        Local = TransportAddress.From((IPEndPoint)listener.LocalEndPoint!);
    }

    /// <summary>The address and port.</summary>
    public TransportAddress Local { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="local">The address; port 0 takes any free one. On IPv6 only IPv6 is taken.</param>
    /// <param name="port">The port; dispose of it to listen no more, the connections live on.</param>
    /// <param name="failure">Why it failed.</param>
    public static bool TryOpen(in TransportAddress local, [NotNullWhen(true)] out StreamPort? port, out OpenFailure failure)
    {
        port = null;
        failure = OpenFailure.None;
        Socket? listener = null;
        try
        {
            listener = new Socket(SocketAddressCodec.FamilyOf(in local), SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(local.ToIPEndPoint());
            listener.Listen(Backlog);

            // Bound alone, so that it fails if anyone has the port; only connections of its own may join it.
            Share(listener);
            port = new StreamPort(listener);
            return true;
        }
        catch (SocketException exception)
        {
            listener?.Dispose();
            failure = SocketErrors.ToOpenFailure(exception.SocketErrorCode);
            return false;
        }
    }

    /// <summary>Waits for the next connection. What is not read stays with the sender, but for what the system buffers.</summary>
    /// <exception cref="SocketException">There is no descriptor, or the peer was gone.</exception>
    /// <exception cref="ObjectDisposedException">The port is closed; <see cref="OperationCanceledException"/> says so too.</exception>
    public async ValueTask<NetworkStream> AcceptAsync(CancellationToken cancellationToken) =>
        Prepare(await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Connects from this port to a peer.</summary>
    /// <exception cref="SocketException">The peer can't be reached, or there is a connection with it already.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<NetworkStream> ConnectAsync(TransportAddress peer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketAddressCodec.FamilyOf(Local), SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Share(socket);
            socket.Bind(Local.ToIPEndPoint());
            await socket.ConnectAsync(peer.ToIPEndPoint(), cancellationToken).ConfigureAwait(false);
            return Prepare(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => _listener.Dispose();

    private static void Share(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(SocketLevel, ReusePort, [1, 0, 0, 0]);
        }
        else
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }
    }

    // Nobody else notices a peer that vanished.
    private static NetworkStream Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
