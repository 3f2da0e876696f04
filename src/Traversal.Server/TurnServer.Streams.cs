using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Proxies;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>Listeners for clients on streams: TCP, TLS, and both on one port.</summary>
public sealed partial class TurnServer
{
    private ServerCertificate? _certificate;
    private TrustedProxies? _proxies;

    private ListenEndpoint OpenStreams(in ListenEndpoint endpoint, RelayMachine[] machines, RelayGroup group)
    {
        if (!StreamListener.TryStart(endpoint.Address, OpenEdge(), CreateUpgrade(endpoint.Transport), out StreamListener? listener, out OpenFailure failure))
            throw new ListenException($"{endpoint}: {Describe(failure)}");

        _streamListeners.Add(listener);
        foreach (RelayMachine machine in machines) machine.AddListener(SocketId.None, listener.Local, ListenerKind.Stream, ReachableAddress(listener.Local));
        CloseToPeers(group, listener.Local);
        return endpoint with { Address = listener.Local };
    }

    private StreamEdge OpenEdge() =>
        _streams ??= new StreamEdge(_options.Streams, new TurnFrameFormat(), _shards.Select(shard => shard.Inbox).ToArray(), _time);

    private ServerCertificate OpenCertificate() => _certificate ??= new ServerCertificate(_options, _time, _logger);

    private WebSocketGate CreateGate(RelayGroup group)
    {
        var certificate = new Lazy<ServerCertificate>(OpenCertificate);
        return new WebSocketGate(OpenEdge(), _options.Streams, _proxies, () => certificate.Value.Http, local =>
        {
            group.AddOwnEndpoint(in local);
            CloseToPeers(group, in local);
        });
    }

    private TrustedProxies? CreateProxies()
    {
        if (_options.ProxyFrom.Count == 0) return null;
        return TrustedProxies.TryCreate(_options.ProxyFrom, out TrustedProxies proxies, out string? mistake)
            ? proxies
            : throw new TurnServerOptionsException("ProxyFrom", $"'{mistake}' is not a network");
    }

    private IStreamUpgrade? CreateUpgrade(ListenTransport transport)
    {
        TlsUpgrade? tls = CreateTlsUpgrade(transport);
        return _proxies is null ? tls : new ProxyUpgrade(_proxies, tls);
    }

    // With a certificate of the operator's a TCP listener takes TLS as well. One made for first use does not change what a TCP listener is.
    private TlsUpgrade? CreateTlsUpgrade(ListenTransport transport)
    {
        bool isTls = transport == ListenTransport.Tls;
        if (!isTls && _options.CertificateFile is null) return null;

        ServerCertificate certificate = OpenCertificate();
        return new TlsUpgrade(_streams!, () => certificate.Turn, acceptsPlain: !isTls);
    }
}
