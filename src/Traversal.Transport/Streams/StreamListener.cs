using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Managed;

namespace Traversal.Transport.Streams;

/// <summary>Accepts TCP connections for a <see cref="StreamEdge"/>.</summary>
public sealed class StreamListener : IAsyncDisposable
{
    private const int Backlog = 512;

    /// <summary>How long to wait after a failed accept: the connection that there is no descriptor for stays in the backlog.</summary>
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly StreamEdge _edge;
    private readonly IStreamUpgrade? _upgrade;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private StreamListener(Socket socket, StreamEdge edge, IStreamUpgrade? upgrade)
    {
        _socket = socket;
        _edge = edge;
        _upgrade = upgrade;
        Local = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
        _accepting = AcceptAllAsync();
    }

    /// <summary>The address that it listens on.</summary>
    public TransportAddress Local { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="local">The address; port 0 takes any free one. An IPv6 listener takes IPv6 only.</param>
    /// <param name="edge">Where connections go.</param>
    /// <param name="upgrade">What is done with each connection before its first frame; null for plain TCP.</param>
    /// <param name="listener">The listener; dispose of it to stop accepting, the connections live on.</param>
    /// <param name="failure">Why it failed.</param>
    public static bool TryStart(
        in TransportAddress local,
        StreamEdge edge,
        IStreamUpgrade? upgrade,
        [NotNullWhen(true)] out StreamListener? listener,
        out OpenFailure failure)
    {
        ArgumentNullException.ThrowIfNull(edge);
        listener = null;
        failure = OpenFailure.None;
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketAddressCodec.FamilyOf(in local), SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(local.ToIPEndPoint());
            socket.Listen(Backlog);
            listener = new StreamListener(socket, edge, upgrade);
            return true;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            failure = SocketErrors.ToOpenFailure(exception.SocketErrorCode);
            return false;
        }
    }

    /// <summary>Stops accepting.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Admit(await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                _edge.Counters.CountAcceptError();
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(PauseAfterError, _edge.Time, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop looks for itself.
        }
    }

    private void Admit(Socket socket)
    {
        if (!TryPrepare(socket, out TransportAddress local, out TransportAddress remote) || !_edge.TryAdmit(in remote, SpeaksForOthers(in remote)))
        {
            socket.Close(0);
            return;
        }

        if (_upgrade is null)
        {
            Start(new NetworkStream(socket, ownsSocket: true), socket, in local, in remote, _edge.Now);
        }
        else
        {
            _ = UpgradeAsync(_upgrade, socket, local, remote);
        }
    }

    private bool SpeaksForOthers(in TransportAddress remote) => _upgrade?.SpeaksForOthers(in remote) ?? false;

    private bool TryPrepare(Socket socket, out TransportAddress local, out TransportAddress remote)
    {
        try
        {
            socket.NoDelay = true;
            local = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!).Unmapped();
            remote = TransportAddress.From((IPEndPoint)socket.RemoteEndPoint!).Unmapped();
            return true;
        }
        catch (SocketException)
        {
            _edge.Counters.CountAcceptError(); // The client was gone before it was accepted.
            local = remote = default;
            return false;
        }
    }

    private void Start(Stream stream, Socket socket, in TransportAddress local, in TransportAddress remote, long openedAt)
    {
        if (_edge.TryStart(stream, socket, in local, in remote, openedAt, out _)) return;
        _edge.Dismiss(in remote);
        stream.Dispose();
    }

    private async Task UpgradeAsync(IStreamUpgrade upgrade, Socket socket, TransportAddress local, TransportAddress remote)
    {
        long openedAt = _edge.Now;
        StreamUpgrade upgraded = await TryUpgradeAsync(upgrade, socket, local, remote).ConfigureAwait(false);

        // Behind a proxy the client counts by its own address.
        _edge.Dismiss(in remote);
        if (!upgraded.IsReady)
        {
            _edge.Counters.CountFailedUpgrade(upgraded.Failure);
            socket.Close(0);
        }
        else if (_edge.TryAdmit(upgraded.Remote))
        {
            Start(upgraded.Stream, socket, in local, upgraded.Remote, openedAt);
        }
        else
        {
            await upgraded.Stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<StreamUpgrade> TryUpgradeAsync(IStreamUpgrade upgrade, Socket socket, TransportAddress local, TransportAddress remote)
    {
        using var deadline = new CancellationTokenSource(_edge.Options.FirstFrameTimeout, _edge.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            return await upgrade.UpgradeAsync(socket, local, remote, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (StreamConnection.IsStreamFailure(exception))
        {
            return StreamUpgrade.Refused(UpgradeFailure.Handshake);
        }
    }
}
