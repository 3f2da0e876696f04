using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>Runs that a number makes: what comes is what was written, or the path says why not; nothing hangs.</summary>
public sealed class SeededRunsTests
{
    private const int ByDefault = 300;

    [Fact]
    public void Bytes_come_as_they_were_written_or_the_path_says_why_not()
    {
        int runs = ByDefault * Soak.Factor;
        for (int seed = 1; seed <= runs; seed++) Run((ulong)seed);
    }

    private static void Run(ulong seed)
    {
        RandomSource random = RandomSource.Seeded(seed);
        var scene = new Scene(seed, RandomWire(random));
        (Side one, Side other) = scene.Connect(options => options.Patience = TimeSpan.FromSeconds(40));
        long[] sent = [0, 0];
        int conversations = 1 + random.Next(8);
        for (int count = 0; count < conversations; count++)
        {
            long length = random.Next(1 << (4 + random.Next(16)));
            int from = random.Next(2);
            (from == 0 ? one : other).Send(length);
            sent[from] += length;
        }

        bool rekeys = random.Next(2) == 0;
        for (int change = 0; change < random.Next(4); change++)
        {
            scene.Run(TimeSpan.FromMilliseconds(random.Next(400)));
            scene.Wire = RandomWire(random);
            if (random.Next(4) == 0) scene.Tamper = (_, _) => null;
            scene.Run(TimeSpan.FromMilliseconds(random.Next(3000)));
            scene.Tamper = null;
            if (random.Next(2) == 0) one.Path.OnPathChanged(scene.Now);
            if (random.Next(2) == 0) other.Path.OnPathChanged(scene.Now);
            if (!rekeys) continue;

            one.Path.Rekey("a secret of both sides and no other"u8);
            other.Path.Rekey("a secret of both sides and no other"u8);
            rekeys = false;
        }

        bool isOver = scene.RunUntil(() => (one.Path.IsDelivered && other.Path.IsDelivered) || one.Path.IsClosed || other.Path.IsClosed, TimeSpan.FromMinutes(10));

        Assert.True(isOver, $"seed {seed}: hangs");
        Assert.False(one.Path.IsClosed || other.Path.IsClosed, $"seed {seed}: {one.Path.CloseReason}, {other.Path.CloseReason}");
        Assert.True(other.TotalReceived == sent[0] && one.TotalReceived == sent[1], $"seed {seed}: {other.TotalReceived} of {sent[0]}, {one.TotalReceived} of {sent[1]}");
    }

    private static Wire RandomWire(RandomSource random) => new()
    {
        Rate = 1e6 * (1 << random.Next(8)),
        Latency = TimeSpan.FromMilliseconds(random.Next(200)),
        Jitter = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(50)) : TimeSpan.Zero,
        Loss = random.Next(3) == 0 ? random.Next(20) / 100.0 : 0,
        Duplication = random.Next(3) == 0 ? random.Next(20) / 100.0 : 0,
        MaxLength = 1200 + random.Next(300),
        QueueLength = 3000 << random.Next(8),
    };
}
