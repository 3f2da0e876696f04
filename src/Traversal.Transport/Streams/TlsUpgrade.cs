using System.Net.Security;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>A TLS handshake (RFC 8446), where one port may serve TLS and plain TCP: the first byte tells which.</summary>
public sealed class TlsUpgrade : IStreamUpgrade
{
    /// <summary>The content type that every TLS connection begins with: handshake (RFC 8446 section 5.1).</summary>
    private const byte HandshakeRecord = 22;

    private readonly StreamEdge _edge;
    private readonly Func<SslServerAuthenticationOptions> _options;
    private readonly bool _acceptsPlain;

    /// <summary>Makes an upgrade.</summary>
    /// <param name="edge">Whose bounds on handshakes hold.</param>
    /// <param name="options">Asked for the certificate and the rest at each handshake, on any thread.</param>
    /// <param name="acceptsPlain">Whether a client that does not begin with a handshake is served without TLS, instead of turned away.</param>
    public TlsUpgrade(StreamEdge edge, Func<SslServerAuthenticationOptions> options, bool acceptsPlain)
    {
        ArgumentNullException.ThrowIfNull(edge);
        ArgumentNullException.ThrowIfNull(options);
        _edge = edge;
        _options = options;
        _acceptsPlain = acceptsPlain;
    }

    /// <inheritdoc/>
    public async ValueTask<StreamUpgrade> UpgradeAsync(
        Socket socket, TransportAddress local, TransportAddress remote, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(socket);

        // Nothing is spent on a client that says nothing.
        byte[] first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken).ConfigureAwait(false) == 0) return StreamUpgrade.Refused(UpgradeFailure.Handshake);

        var plain = new NetworkStream(socket, ownsSocket: true);
        if (first[0] != HandshakeRecord) return _acceptsPlain ? new StreamUpgrade(plain, in remote) : StreamUpgrade.Refused(UpgradeFailure.Handshake);
        if (!_edge.TryBeginHandshake(in remote)) return StreamUpgrade.Refused(UpgradeFailure.HandshakeRate);

        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsServerAsync(_options(), cancellationToken).ConfigureAwait(false);
            return new StreamUpgrade(tls, in remote);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
