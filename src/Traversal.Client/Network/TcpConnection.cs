using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>A TCP connection; disposing of it closes the connection.</summary>
/// <param name="stream">Its bytes; owned from here on.</param>
/// <param name="localAddress">This end.</param>
/// <param name="remoteAddress">The other end.</param>
public sealed class TcpConnection(Stream stream, TransportAddress localAddress, TransportAddress remoteAddress) : IAsyncDisposable
{
    /// <summary>The bytes. A connection that breaks is an <see cref="IOException"/>, as of any stream.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>This end.</summary>
    public TransportAddress LocalAddress { get; } = localAddress;

    /// <summary>The other end.</summary>
    public TransportAddress RemoteAddress { get; } = remoteAddress;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
