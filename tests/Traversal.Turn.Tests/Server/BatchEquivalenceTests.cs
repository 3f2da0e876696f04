using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>
/// Two relays that differ in nothing: one is handed its datagrams in batches as far as they go, the other one by one. They send the same and count the same.
/// </summary>
public sealed class BatchEquivalenceTests
{
    private const int Batches = 60, MaxBatch = 64, Clients = 6;

    private static readonly string[] Peers = ["9.9.9.9:9", "9.9.9.8:8", "[2a01::9]:9"];

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(3, 20_000, 0)] // Runs into the rate of an allocation.
    [InlineData(4, 0, 40_000)] // And into the rate of the user.
    [InlineData(5, 20_000, 40_000)]
    public void Batches_change_nothing(int seed, int bytesPerSecond, int bytesPerSecondPerUser)
    {
        RandomSource random = RandomSource.Seeded((ulong)seed);
        void Configure(RelayOptions options)
        {
            (options.RepliesPerSecond, options.BytesPerSecond, options.BytesPerSecondPerUser) = (0, bytesPerSecond, bytesPerSecondPerUser);
            options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.1:0")));
            options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("[2a00::1]:0")));
        }

        TestRelay batched = new(Configure), single = new(Configure);
        TestClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new TestClient(batched, $"198.1.0.{i + 1}:{i + 1}"))];
        List<(Sent Sent, IPHeader Header)> bySingle = [], byBatch = [];
        for (int round = 0; round < Batches; round++)
        {
            byte[][] messages = new byte[1 + random.Next(MaxBatch)][];
            int[] senders = [.. messages.Select(_ => random.Next(Clients))];
            for (int i = 0; i < messages.Length; i++) messages[i] = Message(clients[senders[i]], random);
            IPHeader[] headers = [.. messages.Select(_ => random.Next(8) == 0 ? new IPHeader(0xB8, (byte)random.Next(4)) : default)];
            for (int i = 0; i < messages.Length; i++) bySingle.AddRange(Alone(single, clients[senders[i]], messages[i], headers[i]));
            InBatch(batched, [.. senders.Select(sender => clients[sender])], messages, headers, byBatch);

            Assert.Equal(bySingle.Select(Text), byBatch.Select(Text), StringComparer.Ordinal);
            for (RelayCounter counter = default; counter <= RelayCounters.Last; counter++)
                Assert.True(single.Machine.Counters[counter] == batched.Machine.Counters[counter], $"{counter} in round {round} of seed {seed}");
            Learn(clients, byBatch.Select(one => one.Sent));
            bySingle.Clear();
            byBatch.Clear();
            double seconds = random.Next(10) == 0 ? 100 + random.Next(600) : random.Next(100) / 1000.0;
            batched.Advance(seconds);
            single.Advance(seconds);
        }

        Assert.True(batched.Machine.Counters[RelayCounter.PacketsToPeers] > 100, "Hardly anything was forwarded.");
    }

    private static byte[] Message(TestClient client, RandomSource random)
    {
        string peer = Peers[random.Next(Peers.Length)];
        ushort channel = (ushort)(0x4000 + random.Next(3));
        return client.Nonce.Length == 0 ? Request(client, StunMethod.Allocate, AllocateBoth, authenticate: false) : random.Next(16) switch
        {
            0 => Request(client, StunMethod.Allocate, random.Next(2) == 0 ? AllocateBoth : Allocate),
            1 => Request(client, StunMethod.ChannelBind, (ref writer) =>
            {
                writer.AddChannelNumber(new ChannelNumber(channel));
                writer.AddPeerAddress(TransportAddress.Parse(peer));
            }),
            2 when random.Next(4) == 0 => Request(client, StunMethod.Refresh, (ref writer) => writer.AddLifetime(0)),
            2 => Request(client, StunMethod.Refresh, null),
            3 => TestClient.Indication(peer, new byte[random.Next(200)]),
            4 => [.. TestClient.ChannelDataBytes(channel, new byte[8]).AsSpan(0, random.Next(12))],
            _ => TestClient.ChannelDataBytes(channel, new byte[random.Next(1200)]),
        };
    }

    private static byte[] Request(TestClient client, StunMethod method, Build? build, bool authenticate = true) =>
        client.Message(method, build, TestClient.NewId(), authenticate);

    private static void Allocate(ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Udp);

    private static void AllocateBoth(ref StunMessageWriter writer)
    {
        writer.AddRequestedTransport(TransportProtocol.Udp);
        writer.AddAdditionalAddressFamily(IPFamily.IPv6);
    }

    private static IEnumerable<(Sent Sent, IPHeader Header)> Alone(TestRelay relay, TestClient client, byte[] message, IPHeader header)
    {
        byte[] copy = [.. message], reply = new byte[RelayMachine.MinReplyLength];
        RelayVerdict verdict = relay.Machine.OnClientDatagram(client.Via, client.Address, copy, reply, relay.Clock, RelayMachine.NoHint, header);
        (Sent Sent, IPHeader Header)[] sent = [(Sent.From(in verdict, copy, reply), verdict.Header), (relay.Drain(), default)];
        return sent.Where(one => !one.Sent.IsNothing);
    }

    private static void InBatch(TestRelay relay, TestClient[] clients, byte[][] messages, IPHeader[] headers, List<(Sent Sent, IPHeader Header)> sent)
    {
        byte[] slab = [.. messages.SelectMany(message => message)];
        var batch = new Datagram[messages.Length];
        for (int i = 0, start = 0; i < batch.Length; start += messages[i++].Length)
            batch[i] = new Datagram(clients[i].Via, start, messages[i].Length, clients[i].Address) { Header = headers[i] };
        int[] hints = new int[batch.Length];
        var outgoing = new Datagram[batch.Length];
        relay.Machine.Anticipate(batch, new int[batch.Length], hints);
        for (int i = 0; i < batch.Length; i++)
        {
            int count = relay.Machine.ForwardData(batch.AsSpan(i), hints.AsSpan(i), slab, relay.Clock, outgoing);
            foreach (ref readonly Datagram forwarded in outgoing.AsSpan(0, count)) sent.Add((Sent.From(in forwarded, slab), forwarded.Header));
            i += count;
            if (i < batch.Length) sent.AddRange(Alone(relay, clients[i], messages[i], headers[i]));
        }
    }

    private static void Learn(TestClient[] clients, IEnumerable<Sent> answers)
    {
        foreach (Sent answer in answers.Where(answer => answer.Via == TestRelay.Udp && answer.Bytes[0] < 0x40 && answer.Nonce.Length > 0))
            Array.Find(clients, client => client.Address == answer.Destination)!.Nonce = answer.Nonce;
    }

    private static string Text((Sent Sent, IPHeader Header) one) =>
        $"{one.Sent.Action} {one.Sent.Via} {one.Sent.Destination} {one.Header} {Convert.ToHexString(one.Sent.Bytes)}";
}
