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
}
