using System.Globalization;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>Two streams on a link of 100 Mbit/s, of which the second begins later than the first.</summary>
public sealed class FairnessTests(ITestOutputHelper output)
{
    private const ulong Seeds = 3;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>In the ten seconds that begin when the second stream has run for ten.</summary>
    [Theory]
    [InlineData(10, 0.5)]
    [InlineData(10, 1)]
    [InlineData(50, 0.5)]
    [InlineData(50, 1)]
    [InlineData(50, 4)]
    [InlineData(200, 0.5)]
    [InlineData(200, 1)]
    public void They_get_the_same_within_30_percent(int roundTripMilliseconds, double queue)
    {
        for (ulong seed = 1; seed <= Seeds * (ulong)Soak.Factor; seed++) Run(roundTripMilliseconds, queue, seed);
    }

    private void Run(int roundTripMilliseconds, double queue, ulong seed)
    {
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(roundTripMilliseconds);
        var scene = new Scene(seed, new Wire { Latency = roundTrip / 2, QueueLength = (long)(100e6 / 8 * roundTrip.TotalSeconds * queue) });
        (Side first, Side firstEnd) = scene.Connect();
        (Side second, Side secondEnd) = scene.Connect();
        first.Send(long.MaxValue / 2);
        scene.Run(TimeSpan.FromSeconds((seed - 1) * 2.5 % 7.5));
        second.Send(long.MaxValue / 2);
        scene.Run(Window);
        (long ofFirst, long ofSecond) = (firstEnd.TotalReceived, secondEnd.TotalReceived);
        scene.LongestQueue = TimeSpan.Zero;

        scene.Run(Window);

        double one = (firstEnd.TotalReceived - ofFirst) * 8 / Window.TotalSeconds / scene.Wire.Rate;
        double other = (secondEnd.TotalReceived - ofSecond) * 8 / Window.TotalSeconds / scene.Wire.Rate;
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{roundTripMilliseconds} ms, queue of {queue} round trips, seed {seed}: {one:P1} and {other:P1}, longest queue {scene.LongestQueue / roundTrip:F2} round trips");
        output.WriteLine(what);
        Assert.True(Math.Min(one, other) / Math.Max(one, other) > 0.7, what);
        Assert.True(one + other > 0.85, what);
        Assert.True(scene.LongestQueue <= roundTrip, what);
    }
}
