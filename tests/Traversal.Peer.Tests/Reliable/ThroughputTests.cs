using System.Globalization;
namespace Traversal.Peer.Tests.Reliable;

/// <summary>How much of a link of 100 Mbit/s is used.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(10, 0, 0.85)]
    [InlineData(50, 0, 0.85)]
    [InlineData(200, 0, 0.85)]
    [InlineData(50, 0.01, 0.6)]
    [InlineData(50, 0.02, 0)]
    [InlineData(50, 0.05, 0)]
    [InlineData(10, 0.05, 0)]
    [InlineData(200, 0.01, 0)]
    public void A_stream_uses_the_link(int roundTripMilliseconds, double loss, double least)
    {
        var scene = new Scene(1, new Wire { Latency = TimeSpan.FromMilliseconds(roundTripMilliseconds / 2.0), Loss = loss });
        (Side one, Side other) = scene.Connect();
        one.Send(long.MaxValue / 2);
        scene.Run(TimeSpan.FromSeconds(10));
        long before = other.TotalReceived;
        scene.LongestQueue = TimeSpan.Zero;

        scene.Run(TimeSpan.FromSeconds(10));

        double used = (other.TotalReceived - before) * 8 / 10 / scene.Wire.Rate;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{roundTripMilliseconds} ms, loss {loss:P0}: {used:P1} of the link, queue {scene.LongestQueue.TotalMilliseconds:F1} ms, first 10 s {before * 8 / 10 / scene.Wire.Rate:P1}, lost {one.Path.Counters.Lost} of {one.Path.Counters.Sent}, in error {one.Path.Counters.LostInError}, overflows {scene.Overflows}"));
        Assert.True(used >= least, $"{used:P1}");
        Assert.True(scene.LongestQueue.TotalMilliseconds < roundTripMilliseconds, $"a queue of {scene.LongestQueue.TotalMilliseconds} ms");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void Two_streams_share_a_link(int roundTripMilliseconds)
    {
        var scene = new Scene(3, new Wire { Latency = TimeSpan.FromMilliseconds(roundTripMilliseconds / 2.0) });
        (Side first, Side firstEnd) = scene.Connect();
        (Side second, Side secondEnd) = scene.Connect();
        first.Send(long.MaxValue / 2);
        scene.Run(TimeSpan.FromSeconds(2));
        second.Send(long.MaxValue / 2);
        scene.Run(TimeSpan.FromSeconds(10));
        (long ofFirst, long ofSecond) = (firstEnd.TotalReceived, secondEnd.TotalReceived);
        scene.LongestQueue = TimeSpan.Zero;

        scene.Run(TimeSpan.FromSeconds(10));

        double one = firstEnd.TotalReceived - ofFirst, other = secondEnd.TotalReceived - ofSecond;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{roundTripMilliseconds} ms: {one * 8 / 10 / scene.Wire.Rate:P1} and {other * 8 / 10 / scene.Wire.Rate:P1}, queue {scene.LongestQueue.TotalMilliseconds:F1} ms"));
        Assert.True(Math.Min(one, other) / Math.Max(one, other) > 0.7, $"{one} and {other} bytes");
        Assert.True(scene.LongestQueue.TotalMilliseconds < roundTripMilliseconds, $"a queue of {scene.LongestQueue.TotalMilliseconds} ms");
    }
}
