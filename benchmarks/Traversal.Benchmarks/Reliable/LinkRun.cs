using Traversal.Peer.Tests.Reliable;

namespace Traversal.Benchmarks.Reliable;

/// <summary>Streams on a simulated link of 100 Mbit/s in virtual time. Shares are of the link's rate and count bytes that the application has read.</summary>
/// <param name="Beginning">The first stream's share of the first ten seconds.</param>
/// <param name="First">Its share of the ten seconds after.</param>
/// <param name="Second">The second one's share of these.</param>
/// <param name="LongestQueue">The longest time that a packet has waited in them, in round trips.</param>
internal readonly record struct LinkRun(double Beginning, double First, double Second, double LongestQueue)
{
    private const double Rate = 100e6;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>One stream, on a link that loses packets by chance and whose queue holds a tenth of a second.</summary>
    public static LinkRun OfOne(TimeSpan roundTrip, double loss)
    {
        var scene = new Scene(1, new Wire { Rate = Rate, Latency = roundTrip / 2, Loss = loss });
        (Side first, Side firstEnd) = scene.Connect();
        first.Send(long.MaxValue / 2);
        return Measure(scene, roundTrip, firstEnd, null);
    }

    /// <summary>Two streams; the ten seconds begin when the second has run for ten.</summary>
    /// <param name="roundTrip">The round trip without a queue.</param>
    /// <param name="queue">How long the queue may be, in round trips.</param>
    /// <param name="stagger">How much later the second begins.</param>
    /// <param name="seed">What makes the run.</param>
    public static LinkRun OfTwo(TimeSpan roundTrip, double queue, TimeSpan stagger, ulong seed)
    {
        var scene = new Scene(seed, new Wire { Rate = Rate, Latency = roundTrip / 2, QueueLength = (long)(Rate / 8 * roundTrip.TotalSeconds * queue) });
        (Side first, Side firstEnd) = scene.Connect();
        (Side second, Side secondEnd) = scene.Connect();
        first.Send(long.MaxValue / 2);
        scene.Run(stagger);
        second.Send(long.MaxValue / 2);
        return Measure(scene, roundTrip, firstEnd, secondEnd);
    }

    private static LinkRun Measure(Scene scene, TimeSpan roundTrip, Side first, Side? second)
    {
        scene.Run(Window);
        (long ofFirst, long ofSecond) = (first.TotalReceived, second?.TotalReceived ?? 0);
        scene.LongestQueue = TimeSpan.Zero;
        scene.Run(Window);
        return new LinkRun(
            Share(ofFirst), Share(first.TotalReceived - ofFirst), Share((second?.TotalReceived ?? 0) - ofSecond), scene.LongestQueue / roundTrip);
    }

    private static double Share(long bytes) => bytes * 8 / Window.TotalSeconds / Rate;
}
