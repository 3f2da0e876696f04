using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    [Fact]
    public void Nothing_is_allocated_for_thousands_of_datagrams()
    {
        const int Sockets = 32;
        const int Rounds = 200;
        using EngineHarness harness = NewHarness();
        (SocketId listener, TransportAddress listenerAddress) = harness.Open(SocketRole.Listener);
        (SocketId Id, TransportAddress Address)[] relays = [.. Enumerable.Range(0, Sockets).Select(_ => harness.Open())];
        var outgoing = new Datagram[Sockets * 4];

        // What an engine allocates for each datagram it allocates in every run; what the compiler and the test runner do besides, not in all of them.
        Run(Rounds);
        double least = double.MaxValue;
        for (int attempt = 0; attempt < 5 && least >= 1; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            int received = Run(Rounds);
            Assert.True(received > 10_000, $"only {received} datagrams came");
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / received);
        }

        Assert.True(least < 1, $"{least} bytes for each datagram");

        int Run(int rounds)
        {
            int count = 0;
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < outgoing.Length; i++)
                {
                    bool up = i % 2 == 0;
                    harness.Engine.TryReserve(out int start);
                    outgoing[i] = new Datagram(
                        up ? listener : relays[i % Sockets].Id, start, 100 + i / 8, up ? relays[i % Sockets].Address : listenerAddress);
                }

                harness.Engine.Send(outgoing);
                for (int expected = outgoing.Length; expected > 0;)
                {
                    int length = harness.Engine.Receive(EngineHarness.Patience).Length;
                    if (length == 0) break;
                    expected -= length;
                    count += length;
                }
            }

            return count;
        }
    }

    [Fact]
    public void Bad_destinations_allocate_nothing_either()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, _) = harness.Open();
        Datagram[] batch = [.. Enumerable.Range(0, 64).Select(i =>
            harness.Write(id, TransportAddress.Parse(i % 2 == 0 ? "192.0.2.1:9" : "255.255.255.255:9"), "lost"u8))];

        const int Rounds = 200;
        for (int i = 0; i < Rounds; i++) harness.Engine.Send(batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++) harness.Engine.Send(batch);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(2 * Rounds * batch.Length, harness.Engine.Counters.TotalSendDrops);

        // The runtime itself allocates a few kilobytes where it recompiles; a byte for every datagram would be more.
        Assert.True(allocated < Rounds * batch.Length, $"{allocated} bytes for {Rounds * batch.Length} datagrams");
    }
}
