using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Traversal.Client.Network;
using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>
/// One question to one server. It has a random number and a socket, thus a port, of its own, hears only that server, and takes only what repeats the
/// question (RFC 5452 section 9).
/// </summary>
internal sealed class DnsExchange
{
    private readonly ClientEnvironment _environment;
    private readonly TransportAddress _server;
    private readonly DnsName _name;
    private readonly DnsRecordType _type;
    private readonly ushort _id;
    private readonly byte[] _query = new byte[DnsQuery.MaxLength];
    private readonly int _length;

    public DnsExchange(ClientEnvironment environment, in TransportAddress server, DnsName name, DnsRecordType type)
    {
        (_environment, _server, _name, _type) = (environment, server, name, type);
        _id = (ushort)environment.Random.NextUInt32();
        _length = DnsQuery.Write(_query, _id, name, type);
    }

    public async Task<DnsReply> RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_environment.Dns.Timeout, _environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await AskByDatagramAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DnsReply.Failure;
        }
        catch (IOException)
        {
            return DnsReply.Failure;
        }
    }

    private async Task<DnsReply> AskByDatagramAsync(CancellationToken cancellationToken)
    {
        NetworkResult<IDatagramSocket> opened = _environment.Network.OpenDatagram(default, in _server);
        if (!opened.IsOk) return DnsReply.Failure;

        using IDatagramSocket socket = opened.Value;
        if (socket.Send(_query.AsSpan(0, _length), in _server) != NetworkStatus.Ok) return DnsReply.Failure;

        byte[] buffer = new byte[DnsQuery.MaxDatagramAnswer];
        while (true)
        {
            ReceivedDatagram received = await socket.ReceiveAsync(buffer).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!received.IsOk && received.Status != NetworkStatus.TooLong) return DnsReply.Failure;

            // What is no answer to this question, or longer than one, may be a forgery: the answer may still come.
            if (!received.IsOk || !TryRead(buffer.AsSpan(0, received.Length), out DnsReply? reply, out bool isTruncated)) continue;
            return isTruncated ? await AskByStreamAsync(cancellationToken).ConfigureAwait(false) : reply!;
        }
    }

    // RFC 7766; each message is behind its length (RFC 1035 section 4.2.2).
    private async Task<DnsReply> AskByStreamAsync(CancellationToken cancellationToken)
    {
        NetworkResult<TcpConnection> connected = await _environment.Network.ConnectAsync(default, _server, cancellationToken).ConfigureAwait(false);
        if (!connected.IsOk) return DnsReply.Failure;

        await using (connected.Value.ConfigureAwait(false))
        {
            Stream stream = connected.Value.Stream;
            byte[] framed = new byte[sizeof(ushort) + _length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)_length);
            _query.AsSpan(0, _length).CopyTo(framed.AsSpan(sizeof(ushort)));
            await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);

            await stream.ReadExactlyAsync(framed.AsMemory(0, sizeof(ushort)), cancellationToken).ConfigureAwait(false);
            byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
            await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
            return TryRead(answer, out DnsReply? reply, out _) ? reply : DnsReply.Failure;
        }
    }

    private bool TryRead(ReadOnlySpan<byte> answer, [NotNullWhen(true)] out DnsReply? reply, out bool isTruncated)
    {
        (reply, isTruncated) = (null, false);
        if (DnsMessage.TryParse(answer, out DnsMessage message) != DnsParseStatus.Ok || !message.IsAnswerTo(_id, _name, _type)) return false;

        isTruncated = message.IsTruncated;
        bool isAnswered = message.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NoSuchName;
        reply = isAnswered ? DnsReply.Read(in message, _name) : DnsReply.Failure;
        return true;
    }
}
