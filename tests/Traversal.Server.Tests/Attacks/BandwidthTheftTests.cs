using Traversal.Primitives;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A relay as a free line for other traffic ("Ghost Calls" 2025, Backdoor.Turn): each allocation and each user has a rate.</summary>
public sealed class BandwidthTheftTests
{
    private const int Seconds = 10;

    [Fact]
    public void An_allocation_relays_its_bytes_a_second_and_no_more()
    {
        var relay = new TestRelay(options => (options.BytesPerSecond, options.PacketsPerSecond) = (100_000, 0));
        TestClient[] clients = [Client(relay, 1)];

        Assert.InRange(Flood(relay, clients, 1000), 100_000 * Seconds, 100_000 * (Seconds + 1));
        Assert.True(relay.Machine.Counters[RelayCounter.DroppedOverRate] > 0);
    }

    [Fact]
    public void Small_packets_count_too()
    {
        var relay = new TestRelay(options => (options.BytesPerSecond, options.PacketsPerSecond) = (0, 200));
        TestClient[] clients = [Client(relay, 1)];

        Assert.InRange(Flood(relay, clients, 1), 200 * Seconds, 200 * (Seconds + 1));
    }

    [Fact]
    public void All_allocations_of_a_user_share_its_rate_on_whatever_worker_they_are()
    {
        var options = new RelayOptions { Realm = TestRelay.Realm, BytesPerSecondPerUser = 100_000 };
        var group = new RelayGroup(options, RandomSource.Seeded(1));
        var credentials = TestRelay.Credentials(("other", "word"));
        TestRelay first = new(group: group, credentials: credentials), second = new(group: group, shard: 1, credentials: credentials);
        TestClient[] here = [Client(first, 1), Client(first, 2)], there = [Client(second, 3), Client(second, 4)];
        var other = new TestClient(first, "198.1.0.9:9", "other", "word");
        other.Allocate();
        other.ChannelBind(0x4000, "9.9.9.9:9");
        long bytes = 0;
        for (int slice = 0; slice < Seconds * 100; slice++)
        {
            foreach (TestClient client in (TestClient[])[.. here, .. there]) bytes += client.ChannelData(0x4000, new byte[1000]).Bytes.Length;
            Assert.False(other.ChannelData(0x4000, new byte[100]).IsNothing);
            first.Advance(0.01);
            second.Advance(0.01);
        }

        Assert.InRange(bytes, 100_000 * Seconds, 100_000 * (Seconds + 1));
    }

    private static TestClient Client(TestRelay relay, int number)
    {
        var client = new TestClient(relay, $"198.1.0.{number}:9");
        client.Allocate();
        client.ChannelBind(0x4000, "9.9.9.9:9");
        return client;
    }

    private static long Flood(TestRelay relay, TestClient[] clients, int length)
    {
        long bytes = 0;
        for (int slice = 0; slice < Seconds * 100; slice++)
        {
            foreach (TestClient client in clients)
            {
                for (int i = 0; i < 5; i++) bytes += client.ChannelData(0x4000, new byte[length]).Bytes.Length;
            }

            relay.Advance(0.01);
        }

        return bytes;
    }
}
