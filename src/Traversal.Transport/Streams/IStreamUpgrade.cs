using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>What happens between accepting a connection and its first frame: a TLS handshake, a header of a proxy, or both.</summary>
public interface IStreamUpgrade
{
    /// <summary>Turns the accepted connection into the stream that carries frames.</summary>
    /// <param name="socket">The connection; the caller closes it when this fails.</param>
    /// <param name="local">The address that the client reached.</param>
    /// <param name="remote">The address that the connection comes from.</param>
    /// <param name="cancellationToken">Cancelled at the deadline for the first frame.</param>
    /// <exception cref="IOException">The handshake failed; so do <see cref="OperationCanceledException"/>, <see cref="SocketException"/> and
    /// <see cref="System.Security.Authentication.AuthenticationException"/> say.</exception>
    ValueTask<StreamUpgrade> UpgradeAsync(
        Socket socket, TransportAddress local, TransportAddress remote, CancellationToken cancellationToken);

    /// <summary>Whether connections from there are those of many clients, so that they do not count as one source.</summary>
    bool SpeaksForOthers(in TransportAddress remote) => false;
}
