using Traversal.Peer.Reliable;

namespace Traversal.Peer.Tests.Reliable;

public sealed class DeliveryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public void What_is_written_comes_in_order_and_ends()
    {
        var scene = new Scene(1);
        (Side one, Side other) = scene.Connect();
        one.Send(1_000_000);

        Assert.True(scene.RunUntil(() => other.Ended.Contains(0), Limit));

        Assert.Equal(1_000_000, other.Received[0]);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.01, 0, 0)]
    [InlineData(0.2, 0.1, 20)]
    public void Many_conversations_both_ways_come_whole(double loss, double duplication, int jitter)
    {
        var scene = new Scene(2, new Wire { Loss = loss, Duplication = duplication, Jitter = TimeSpan.FromMilliseconds(jitter) });
        (Side one, Side other) = scene.Connect();
        for (int i = 0; i < 20; i++)
        {
            one.Send(10_000 * i);
            other.Send(7_000 * i);
        }

        Assert.True(scene.RunUntil(() => other.Ended.Count == 20 && one.Ended.Count == 20, Limit));
        Assert.Equal(10_000 * 190, other.TotalReceived);
        Assert.Equal(7_000 * 190, one.TotalReceived);
    }
}
