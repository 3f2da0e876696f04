using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>A client that does by chance what clients and their peers do, now from its place, now from another to which it may move.</summary>
internal sealed class BatchClient
{
    private readonly TestRelay _relay;
    private readonly TestClient _client;
    private readonly Dictionary<TransportAddress, byte[]> _nonces = [];
    private TransportAddress _elsewhere;
    private byte[] _ticket = new byte[32];

    public BatchClient(TestRelay relay, int number)
    {
        // Every eighth is on loopback, where no rate is kept.
        (Number, _relay) = (number, relay);
        _client = new TestClient(relay, number % 8 == 0 ? $"127.0.0.1:{number + 1}" : $"198.1.0.{number + 1}:{number + 1}");
        _elsewhere = TransportAddress.Parse($"198.1.1.{number + 1}:{number + 1}");
    }

    public int Number { get; }

    /// <summary>The relayed address that it was told last.</summary>
    public TransportAddress Relayed { get; private set; } = TransportAddress.Parse("9.9.9.7:7");

    /// <summary>A datagram of its own, or of a peer for it.</summary>
    public (SocketId Socket, TransportAddress From, byte[] Bytes) Next(RandomSource random, string[] peers, BatchClient other)
    {
        TransportAddress peer = random.Next(3) == 0 ? other.Relayed : TransportAddress.Parse(peers[random.Next(peers.Length)]);
        if (random.Next(6) == 0 && _relay.IsOpen(Relayed)) return (_relay.RelayAt(Relayed), peer, new byte[random.Next(1200)]);

        int kind = random.Next(32);
        TransportAddress from = kind == 0 || random.Next(12) == 0 ? _elsewhere : _client.Address;
        if (!_nonces.TryGetValue(from, out byte[]? nonce)) return (_client.Via, from, Allocate(authenticate: false));

        _client.Nonce = nonce;
        bool isWithout = from == _client.Address && !_relay.IsOpen(Relayed);
        return (_client.Via, from, isWithout && random.Next(2) == 0 ? Allocate(authenticate: true) : Message(kind, random, peer));
    }

    /// <summary>Takes what the answers say of nonces, tickets and addresses.</summary>
    public void Learn(IEnumerable<Sent> replies)
    {
        foreach (Sent reply in replies.Where(reply => reply.Destination == _client.Address || reply.Destination == _elsewhere))
        {
            if (reply.Nonce.Length > 0) _nonces[reply.Destination] = reply.Nonce;
            if (!reply.IsSuccess) continue;

            if (!reply.Relayed.IsNone) Relayed = reply.Relayed;
            if (!reply.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket)) continue;

            _ticket = ticket.ToArray();
            if (reply.Destination == _elsewhere) (_client.Address, _elsewhere) = (_elsewhere, _client.Address);
        }
    }

    private byte[] Message(int kind, RandomSource random, TransportAddress peer)
    {
        ushort channel = (ushort)(0x4000 + random.Next(3));
        switch (kind)
        {
            case 0:
                return Request(StunMethod.Refresh, (ref writer) => writer.Add(StunAttributeType.MobilityTicket, _ticket));
            case 1:
                return Allocate(authenticate: true);
            case 2 or 3 or 4 or 5:
                return Request(StunMethod.ChannelBind, (ref writer) =>
                {
                    writer.AddChannelNumber(new ChannelNumber(channel));
                    writer.AddPeerAddress(in peer);
                });
            case 6:
                return Request(StunMethod.Refresh, (ref writer) => writer.AddLifetime(random.Next(2) == 0 ? 0u : 600u));
            case 7:
                return Request(StunMethod.CreatePermission, (ref writer) => writer.AddPeerAddress(in peer));
            case 8 or 9:
                return TestClient.Indication(peer.ToString(), new byte[random.Next(200)]);
            case 10:
                return [.. TestClient.ChannelDataBytes(channel, new byte[8]).AsSpan(0, random.Next(13))];
            case 11:
                return [.. TestClient.ChannelDataBytes(channel, new byte[random.Next(9)]), .. new byte[random.Next(5)]];
            case 12 when random.Next(8) == 0:
                return TestClient.ChannelDataBytes(channel, new byte[65_531]);
            default:
                return TestClient.ChannelDataBytes((ushort)(random.Next(3) == 0 ? channel : 0x4000), Payload(random));
        }
    }

    private static byte[] Payload(RandomSource random)
    {
        byte[] data = new byte[random.Next(1200)];
        random.Fill(data);
        return data;
    }

    private byte[] Allocate(bool authenticate) => Request(
        StunMethod.Allocate,
        (ref writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            if (Number % 2 == 0) writer.AddAdditionalAddressFamily(IPFamily.IPv6);
            if (Number % 4 < 2) writer.Add(StunAttributeType.MobilityTicket, []);
        },
        authenticate);

    private byte[] Request(StunMethod method, Build build, bool authenticate = true) => _client.Message(method, build, TestClient.NewId(), authenticate);
}
