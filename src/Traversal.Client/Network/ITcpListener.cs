using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>Listens for TCP connections. Disposing of it ends an accept that waits with <see cref="NetworkStatus.Closed"/>.</summary>
public interface ITcpListener : IDisposable
{
    /// <summary>Where it listens.</summary>
    TransportAddress LocalAddress { get; }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    ValueTask<NetworkResult<TcpConnection>> AcceptAsync(CancellationToken cancellationToken = default);
}
