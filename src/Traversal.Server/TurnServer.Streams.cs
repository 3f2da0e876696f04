using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>Listeners for clients on streams: TCP, TLS, and both on one port.</summary>
public sealed partial class TurnServer
{
    private ServerCertificate? _certificate;

    private ListenEndpoint OpenStreams(in ListenEndpoint endpoint, RelayMachine[] machines, RelayGroup group)
    {
        _streams ??= new StreamEdge(_options.Streams, new TurnFrameFormat(), _shards.Select(shard => shard.Inbox).ToArray(), _time);
        if (!StreamListener.TryStart(endpoint.Address, _streams, CreateUpgrade(endpoint.Transport), out StreamListener? listener, out OpenFailure failure))
            throw new ListenException($"{endpoint}: {Describe(failure)}");

        _streamListeners.Add(listener);
        foreach (RelayMachine machine in machines) machine.AddListener(SocketId.None, listener.Local, ListenerKind.Stream, ReachableAddress(listener.Local));
        CloseToPeers(group, listener.Local);
        return endpoint with { Address = listener.Local };
    }

    // With a certificate of the operator's a TCP listener takes TLS as well. One made for first use does not change what a TCP listener is.
    private TlsUpgrade? CreateUpgrade(ListenTransport transport)
    {
        bool isTls = transport == ListenTransport.Tls;
        if (!isTls && _options.CertificateFile is null) return null;

        ServerCertificate certificate = _certificate ??= new ServerCertificate(_options, _time, _logger);
        return new TlsUpgrade(_streams!, () => certificate.Turn, acceptsPlain: !isTls);
    }
}
