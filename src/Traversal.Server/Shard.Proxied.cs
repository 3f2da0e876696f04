using System.Buffers;
using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Proxies;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>Datagrams that a trusted proxy passed on: each begins with the header that says whose it is.</summary>
internal sealed partial class Shard
{
    private readonly TrustedProxies? _proxies;
    private long _badProxyHeaders;

    /// <summary>Datagrams from trusted proxies that were dropped, because their header is missing or broken. Any thread may ask.</summary>
    public long BadProxyHeaders => Volatile.Read(ref _badProxyHeaders);

    private void OnProxied(in Datagram datagram, in Clock now)
    {
        Span<byte> bytes = _engine.Slab.Slice(datagram.Start, datagram.Length);
        if (ProxyHeader.TryParse(bytes, out ProxyHeader header) != OperationStatus.Done)
        {
            Volatile.Write(ref _badProxyHeaders, _badProxyHeaders + 1);
            return;
        }

        TransportAddress client = header.Client.IsNone ? datagram.Remote : header.Client;
        RelayVerdict verdict = _machine.OnProxiedDatagram(datagram.Socket, datagram.Remote, in client, bytes[header.Length..], ReplySpan(), in now);
        if (HasCommandsBefore(in verdict)) AnswerAfterCommands(in verdict, in now);
        else Dispatch(in verdict, datagram.Start + header.Length);
    }
}
