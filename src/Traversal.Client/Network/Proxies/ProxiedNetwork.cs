using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>
/// A network whose TCP connections go through a proxy. Datagrams and listeners are those of the network underneath: where all traffic has to take the
/// proxy, UDP is blocked, and TCP and TLS are what gets through.
/// </summary>
public sealed class ProxiedNetwork : INetwork
{
    private readonly INetwork _inner;
    private readonly ProxySettings _proxy;

    /// <summary>Puts a proxy in front of a network.</summary>
    /// <param name="inner">The network that the proxy is reached by.</param>
    /// <param name="proxy">The proxy.</param>
    /// <exception cref="ArgumentException">The proxy has no address, or its user name and password can't be said to such a proxy.</exception>
    public ProxiedNetwork(INetwork inner, ProxySettings proxy)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(proxy);
        if (proxy.Address.IsNone) throw new ArgumentException("The proxy has no address.", nameof(proxy));
        if (proxy.User is not null && !proxy.HasSayableCredentials)
            throw new ArgumentException("The user name or the password is too long for SOCKS, or the name is empty or has a colon.", nameof(proxy));
        (_inner, _proxy) = (inner, proxy);
    }

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => _inner.GetLocalAddresses();

    /// <inheritdoc/>
    public IDisposable? WatchAddresses(Action changed) => _inner.WatchAddresses(changed);

    /// <inheritdoc/>
    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default) => _inner.OpenDatagram(in local, in remote);

    /// <inheritdoc/>
    public NetworkResult<ITcpListener> Listen(in TransportAddress local) => _inner.Listen(in local);

    /// <summary>Connects through the proxy. The local address is that of the connection to the proxy.</summary>
    /// <inheritdoc/>
    public async ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default)
    {
        if (remote.IsNone) throw new ArgumentException("There is no address to connect to.", nameof(remote));
        NetworkResult<TcpConnection> reached = await _inner.ConnectAsync(local, _proxy.Address, cancellationToken).ConfigureAwait(false);
        if (!reached.IsOk) return reached;

        TcpConnection connection = reached.Value;
        NetworkStatus status = NetworkStatus.Failed;
        try
        {
            status = await (_proxy.Kind == ProxyKind.Http
                ? HttpConnect.RunAsync(connection.Stream, _proxy, remote, cancellationToken)
                : Socks5.RunAsync(connection.Stream, _proxy, remote, cancellationToken)).ConfigureAwait(false);
        }
        catch (IOException)
        {
            status = NetworkStatus.Failed;
        }
        finally
        {
            if (status != NetworkStatus.Ok) await connection.DisposeAsync().ConfigureAwait(false);
        }

        return status == NetworkStatus.Ok
            ? new(new TcpConnection(connection.Stream, connection.LocalAddress, remote))
            : new NetworkResult<TcpConnection>(status);
    }
}
