using System.Buffers;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Proxies;

namespace Traversal.Transport.Streams;

/// <summary>
/// The header that a trusted proxy sends before the client's bytes. From such a proxy it is required, from anybody else it is not looked for.
/// </summary>
public sealed class ProxyUpgrade : IStreamUpgrade
{
    private readonly TrustedProxies _proxies;
    private readonly IStreamUpgrade? _next;

    /// <summary>Makes an upgrade.</summary>
    /// <param name="proxies">Whom to believe.</param>
    /// <param name="next">What the client does after that; null for nothing.</param>
    public ProxyUpgrade(TrustedProxies proxies, IStreamUpgrade? next)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        _proxies = proxies;
        _next = next;
    }

    /// <inheritdoc/>
    public bool SpeaksForOthers(in TransportAddress remote) => _proxies.Contains(in remote);

    /// <inheritdoc/>
    public async ValueTask<StreamUpgrade> UpgradeAsync(
        Socket socket, TransportAddress local, TransportAddress remote, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (_proxies.Contains(in remote))
        {
            if (await TryReadHeaderAsync(socket, cancellationToken).ConfigureAwait(false) is not { } header) return StreamUpgrade.Refused(UpgradeFailure.ProxyHeader);
            if (header.Client.IsLoopback && !remote.IsLoopback) return StreamUpgrade.Refused(UpgradeFailure.ProxyHeader);
            if (!header.Client.IsNone) remote = header.Client;
        }

        return _next is null
            ? new StreamUpgrade(new NetworkStream(socket, ownsSocket: true), in remote)
            : await _next.UpgradeAsync(socket, local, remote, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<ProxyHeader?> TryReadHeaderAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ProxyHeader.MaxLength);
        try
        {
            return await TryReadHeaderAsync(socket, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What is not the header's stays in the socket: bytes are looked at first, and taken only as far as the header goes.
    private static async ValueTask<ProxyHeader?> TryReadHeaderAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        while (true)
        {
            int seen = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
            if (seen == 0) return null;

            OperationStatus status = ProxyHeader.TryParse(buffer.AsSpan(0, length + seen), out ProxyHeader header);
            if (status == OperationStatus.InvalidData) return null;

            int own = status == OperationStatus.Done ? header.Length - length : seen;
            await socket.ReceiveAsync(buffer.AsMemory(length, own), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            length += own;
            if (status == OperationStatus.Done) return header;
        }
    }
}
