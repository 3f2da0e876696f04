using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>
/// Two relays that differ in nothing: one is handed its datagrams in batches as far as they go, the other one by one. They send the same, in the same
/// order, and count the same, whatever comes together: more clients than the tables had room for, that move, leave and come back, reach each other's
/// relays, and peers whose sockets were closed meanwhile.
/// </summary>
public sealed class BatchEquivalenceTests
{
    private const int Batches = 400, MaxBatch = 64, Clients = 40;

    private static readonly string[] Peers = ["9.9.9.9:9", "9.9.9.8:8", "[2a01::9]:9", "[::ffff:9.9.9.9]:9"];

    private static readonly RelayCounter[] Reached =
    [
        RelayCounter.PacketsToPeers, RelayCounter.PacketsToClients, RelayCounter.PacketsInProcess, RelayCounter.Moves, RelayCounter.AllocationsClosed,
        RelayCounter.AllocationsExpired, RelayCounter.RevokedByPolicy, RelayCounter.DroppedHopLimit, RelayCounter.DroppedNoAllocation,
    ];

    private static readonly PeerPolicy[] Policies = [Policy(), Policy("9.9.9.8"), Policy("9.9.9.9", "2a01::9")];

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(3, 20_000, 0)] // Runs into the rate of an allocation.
    [InlineData(4, 0, 20_000)] // And into the rate of the user.
    [InlineData(5, 20_000, 20_000)]
    public void Batches_change_nothing(int seed, int bytesPerSecond, int bytesPerSecondPerUser)
    {
        RandomSource random = RandomSource.Seeded((ulong)seed);
        void Configure(RelayOptions options)
        {
            (options.RepliesPerSecond, options.BytesPerSecond, options.BytesPerSecondPerUser) = (0, bytesPerSecond, bytesPerSecondPerUser);
            options.Mobility = true;
            options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.1:0")));
            options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("[2a00::1]:0")));
        }

        TestRelay batched = new(Configure), single = new(Configure);
        BatchDriver inBatches = new(batched, looksAhead: true), alone = new(single, looksAhead: false);
        BatchClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new BatchClient(batched, i))];
        int most = 0;
        for (int round = 0; round < Batches; round++)
        {
            Datagram[] batch = NextBatch(clients, random, out byte[] slab);
            List<string> expected = alone.Handle(batch, slab), sent = inBatches.Handle(batch, slab);

            Assert.Equal(expected, sent);
            for (RelayCounter counter = default; counter <= RelayCounters.Last; counter++)
                Assert.True(single.Machine.Counters[counter] == batched.Machine.Counters[counter], $"{counter} in round {round} of seed {seed}");
            foreach (BatchClient client in clients) client.Learn(inBatches.Replies);
            most = Math.Max(most, batched.Machine.AllocationCount);
            PassTime(random, batched, single);
        }

        Assert.All(
            Reached,
            counter => Assert.True(batched.Machine.Counters[counter] > 20, $"{counter} is {batched.Machine.Counters[counter]}"));
        Assert.InRange(most, 17, Clients * 2);
        if (bytesPerSecondPerUser == 0) Assert.InRange(inBatches.Forwarded, 100, batched.Machine.Counters[RelayCounter.PacketsToPeers] - 100);
    }

    private static Datagram[] NextBatch(BatchClient[] clients, RandomSource random, out byte[] slab)
    {
        List<byte> bytes = [];
        var batch = new Datagram[1 + random.Next(MaxBatch)];
        BatchClient[] busy = [.. Enumerable.Range(0, 1 + random.Next(Clients)).Select(_ => clients[random.Next(Clients)])];
        for (int i = 0; i < batch.Length; i++)
        {
            BatchClient client = busy[random.Next(busy.Length)];
            (SocketId socket, TransportAddress from, byte[] message) = client.Next(random, Peers, clients[client.Number ^ 1]);
            bytes.AddRange(Enumerable.Repeat((byte)0xEE, RelayMachine.Headroom));
            IPHeader header = random.Next(8) == 0 ? new IPHeader(0xB8, (byte)random.Next(4)) : default;
            batch[i] = new Datagram(socket, bytes.Count, message.Length, from) { Header = header };
            bytes.AddRange(message);
        }

        slab = [.. bytes];
        return batch;
    }

    private static void PassTime(RandomSource random, TestRelay first, TestRelay second)
    {
        TimeSpan time = TimeSpan.FromSeconds(random.Next(80) == 0 ? 100 + random.Next(600) : random.Next(100) / 1000.0);
        bool isLate = random.Next(2) == 0;
        PeerPolicy? policy = random.Next(40) == 0 ? Policies[random.Next(Policies.Length)] : null;
        foreach (TestRelay relay in new[] { first, second })
        {
            if (isLate) relay.AdvanceSilently(time);
            else relay.Advance(time);
            if (policy is not null) relay.Machine.ReplacePeerPolicy(policy);
        }
    }

    private static PeerPolicy Policy(params string[] denied) => PeerPolicy.Create(denied.Select(text =>
    {
        Assert.True(PeerRule.TryParse(text, false, out PeerRule? rule));
        return rule!;
    }));
}
