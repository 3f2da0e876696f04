using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Traversal.Peer.Dns;
using Traversal.Peer.Tests.Dns;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Names;

/// <summary>A name server on a loopback port, UDP and TCP, that knows what a test tells it and keeps what it was asked.</summary>
internal sealed class ScriptedNameServer : IDisposable
{
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly Dictionary<(string Name, DnsRecordType Type), List<(string Owner, DnsRecordType Type, byte[] Data)>> _zone = [];
    private readonly Lock _gate = new();
    private readonly List<string> _asked = [];

    public ScriptedNameServer()
    {
        while (true)
        {
            _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _tcp = new TcpListener((IPEndPoint)_udp.LocalEndPoint!);
            try
            {
                _tcp.Start();
                break;
            }
            catch (SocketException)
            {
                _udp.Dispose();
            }
        }

        _ = ServeDatagramsAsync();
        _ = ServeConnectionsAsync();
    }

    /// <summary>Sent in front of the answer to a datagram, made of the query.</summary>
    public Func<byte[], IEnumerable<byte[]>> Forgeries { get; init; } = _ => [];

    /// <summary>Whether it answers datagrams with nothing but that the answer is too long.</summary>
    public bool Truncates { get; init; }

    /// <summary>Whether it says nothing.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The response code of all that it knows nothing about.</summary>
    public DnsResponseCode Otherwise { get; init; } = DnsResponseCode.NoSuchName;

    public string[] Asked
    {
        get
        {
            lock (_gate) return [.. _asked];
        }
    }

    public List<ushort> Ids { get; } = [];

    public List<int> Ports { get; } = [];

    public ClientEnvironment Environment => new() { Dns = new DnsSettings { Servers = [Address], Timeout = TimeSpan.FromSeconds(20) } };

    public TransportAddress Address => TransportAddress.From((IPEndPoint)_udp.LocalEndPoint!);

    public ScriptedNameServer Add(string name, DnsRecordType type, params byte[][] data) => AddAlias(name, name, type, data);

    /// <summary>The answer to a question about one name has records of another too.</summary>
    public ScriptedNameServer AddAlias(string name, string owner, DnsRecordType type, params byte[][] data)
    {
        foreach (DnsRecordType asked in type == DnsRecordType.CanonicalName ? (DnsRecordType[])[DnsRecordType.A, DnsRecordType.Aaaa, DnsRecordType.Service] : [type])
        {
            if (!_zone.TryGetValue((name, asked), out var records)) _zone[(name, asked)] = records = [];
            records.AddRange(data.Select(one => (owner, type, one)));
        }

        return this;
    }

    public ScriptedNameServer AddHost(string name, params string[] addresses)
    {
        foreach (byte[] address in addresses.Select(MessageBuilder.Address)) Add(name, address.Length == 4 ? DnsRecordType.A : DnsRecordType.Aaaa, address);
        return this;
    }

    public ScriptedNameServer AddService(string name, params (int Priority, int Weight, int Port, string Target)[] services) =>
        Add(name, DnsRecordType.Service, [.. services.Select(one => MessageBuilder.Service(one.Priority, one.Weight, one.Port, one.Target))]);

    public ScriptedNameServer AddRule(string name, int order, int preference, string flags, string services, string replacement, string expression = "") =>
        Add(name, DnsRecordType.NamingAuthority, MessageBuilder.NamingAuthority(order, preference, flags, services, expression, replacement));

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        byte[] buffer = new byte[512];
        try
        {
            while (true)
            {
                SocketReceiveFromResult arrival = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                byte[] query = buffer[..arrival.ReceivedBytes];
                Ports.Add(((IPEndPoint)arrival.RemoteEndPoint).Port);
                byte[] answer = Answer(query, "udp");
                if (IsSilent) continue;
                foreach (byte[] forgery in Forgeries(query)) _udp.SendTo(forgery, arrival.RemoteEndPoint);
                _udp.SendTo(Truncates ? Truncated(query) : answer, arrival.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeConnectionsAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tcp.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                byte[] length = new byte[2];
                await stream.ReadExactlyAsync(length);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                byte[] answer = Answer(query, "tcp");
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer]);
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    /// <summary>What it answers, as by a datagram; null where it knows nothing of the name.</summary>
    public byte[]? AnswerIfKnown(byte[] query) => _zone.Keys.Any(key => key.Name == Read(query).Name) ? Answer(query, "udp") : null;

    private byte[] Answer(byte[] query, string over)
    {
        (string name, DnsRecordType type, byte[] question) = Read(query);
        lock (_gate)
        {
            Ids.Add(BinaryPrimitives.ReadUInt16BigEndian(query));
            _asked.Add($"{over} {type} {name}");
        }

        bool known = _zone.TryGetValue((name, type), out var records);
        int code = known || _zone.Keys.Any(key => key.Name == name) ? 0 : (int)Otherwise;
        var message = new MessageBuilder(BinaryPrimitives.ReadUInt16BigEndian(query), (ushort)(0x8180 | code), answers: records?.Count ?? 0);
        message.Add(question);
        foreach ((string owner, DnsRecordType ownType, byte[] data) in records ?? []) message.Record(MessageBuilder.Wire(owner), ownType, data);
        return message.Bytes;
    }

    private static byte[] Truncated(byte[] query) =>
        new MessageBuilder(BinaryPrimitives.ReadUInt16BigEndian(query), 0x8380).Add(Read(query).Question).Bytes;

    private static (string Name, DnsRecordType Type, byte[] Question) Read(byte[] query)
    {
        int end = DnsMessage.HeaderLength;
        var labels = new List<string>();
        for (; query[end] != 0; end += 1 + query[end]) labels.Add(System.Text.Encoding.ASCII.GetString(query, end + 1, query[end]));
        return (string.Join('.', labels), (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end + 1)), query[DnsMessage.HeaderLength..(end + 5)]);
    }
}
