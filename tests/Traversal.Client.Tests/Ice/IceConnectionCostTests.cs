using System.Diagnostics;
using Traversal.Client.Network;
using Traversal.Client.Tests.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Connectivity;

namespace Traversal.Client.Tests.Ice;

/// <summary>What a datagram through a connection costs, counted over the whole process, and how long connecting takes.</summary>
[Collection(nameof(DatagramCostTests))]
public sealed class IceConnectionCostTests(ITestOutputHelper output)
{
    private const int Rounds = 10, Datagrams = 2000;

    // The runtime allocates now and then for itself, as when it compiles anew; one object for each datagram would be 48 kB in every round.
    private const int MostInRound = 8000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Datagrams_there_and_back_allocate_nothing(bool isRelayed)
    {
        await using Relay relay = await Relay.StartAsync();
        await using IcePairOfConnections pair = await IcePairOfConnections.ConnectAsync(relay, isRelayed);

        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ExchangeAsync(pair.Offerer, pair.Answerer);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        output.WriteLine($"{least} bytes for {Datagrams} datagrams each way");
        Assert.InRange(least, 0, MostInRound);
    }

    [Fact]
    public async Task The_time_to_connect_on_one_machine_is_said()
    {
        const int Pairs = 100;
        var times = new List<double>();
        for (int i = 0; i < Pairs; i++)
        {
            await using var pair = new IcePairOfConnections(environment: ClientEnvironment.System with { Time = new OwnTime() });
            long start = Stopwatch.GetTimestamp();
            await pair.ConnectAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"median {times[Pairs / 2]:F3} ms, best {times[0]:F3} ms, worst {times[^1]:F3} ms");

        // A quiet machine takes a fraction of a millisecond; this holds on one that is not.
        Assert.InRange(times[Pairs / 2], 0, 100);
    }

    private static async Task ExchangeAsync(IceConnection one, IceConnection other)
    {
        byte[] payload = new byte[160], buffer = new byte[1500];
        payload[0] = 0xC0;
        for (int i = 0; i < Datagrams; i++)
        {
            ValueTask<ReceivedDatagram> there = other.ReceiveAsync(buffer);
            if (one.Send(payload) != NetworkStatus.Ok || !(await there.ConfigureAwait(false)).IsOk) throw new IOException("The loopback lost a datagram.");
            ValueTask<ReceivedDatagram> back = one.ReceiveAsync(buffer);
            if (other.Send(payload) != NetworkStatus.Ok || !(await back.ConfigureAwait(false)).IsOk) throw new IOException("The loopback lost a datagram.");
        }
    }

    // A clock of its own has a bucket of checks of its own, as the only connection of a process has.
    private sealed class OwnTime : TimeProvider;
}
