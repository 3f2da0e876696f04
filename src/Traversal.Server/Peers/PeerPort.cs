using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Server;

/// <summary>The address of a TCP allocation (RFC 6062): peers connect to it, and are connected to from it.</summary>
internal sealed class PeerPort(Shard owner, int allocation, StreamPort port, BytePace? pace, TimeProvider time) : IDisposable
{
    /// <summary>How long to wait after a failed accept: the connection that there is no descriptor for stays in the backlog.</summary>
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _judged = new(0);

    /// <summary>The handle of the allocation.</summary>
    public int Allocation => allocation;

    /// <summary>The rate of all its connections; null where there is none.</summary>
    public BytePace? Pace => pace;

    public TimeProvider Time => time;

    public Task<NetworkStream> ConnectAsync(TransportAddress peer, CancellationToken cancellationToken) => port.ConnectAsync(peer, cancellationToken);

    /// <summary>Accepts one peer after the other: the next one when the owner has decided about the last. Never fails.</summary>
    public async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                NetworkStream stream = await port.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                TransportAddress remote = TransportAddress.From((IPEndPoint)stream.Socket.RemoteEndPoint!).Unmapped();
                owner.Post(new PeerEvent(PeerEventKind.Arrived, PeerLink.Accepted(owner, this, stream, in remote)));
                await _judged.WaitAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(PauseAfterError, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Says that the owner has decided about who came last.</summary>
    public void OnJudged() => _judged.Release();

    public void Dispose()
    {
        _stopping.Cancel();
        port.Dispose();
    }
}
