using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>What happens between accepting a connection and its first frame: a TLS handshake, a header of a proxy, or both.</summary>
public interface IStreamUpgrade
{
    /// <summary>Turns the raw stream into the one that carries frames.</summary>
    /// <param name="raw">The connection's bytes as they come; disposed of by the caller when this fails.</param>
    /// <param name="local">The address that the client reached.</param>
    /// <param name="remote">The address that the connection comes from.</param>
    /// <param name="cancellationToken">Cancelled at the deadline for the first frame.</param>
    /// <returns>The stream and the client's address, or null when the client is to be turned away.</returns>
    /// <exception cref="IOException">The handshake failed; so do <see cref="OperationCanceledException"/> and
    /// <see cref="System.Security.Authentication.AuthenticationException"/> say.</exception>
    ValueTask<StreamUpgrade?> UpgradeAsync(
        Stream raw, TransportAddress local, TransportAddress remote, CancellationToken cancellationToken);
}
