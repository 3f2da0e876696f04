using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Reliable;

public sealed class PathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Scene _scene = new(1);

    [Fact]
    public void A_path_that_is_cut_goes_on_when_another_is_there()
    {
        (Side one, Side other) = _scene.Connect();
        one.Send(20_000_000);
        _scene.RunUntil(() => other.TotalReceived > 5_000_000, Limit);
        _scene.Tamper = (_, _) => null;
        _scene.Run(TimeSpan.FromSeconds(8));

        _scene.Tamper = null;
        _scene.Wire = new Wire { Rate = 10e6, Latency = TimeSpan.FromMilliseconds(80), MaxLength = 1300 };
        one.Path.OnPathChanged(_scene.Now);
        other.Path.OnPathChanged(_scene.Now);

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, Limit));
        Assert.Equal(20_000_000, other.TotalReceived);
    }

    [Fact]
    public void A_path_that_comes_back_is_noticed_within_seconds()
    {
        (Side one, Side other) = _scene.Connect();
        one.Send(20_000_000);
        _scene.RunUntil(() => other.TotalReceived > 5_000_000, Limit);
        _scene.Tamper = (_, _) => null;
        _scene.Run(TimeSpan.FromSeconds(20));
        _scene.Tamper = null;

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_path_that_does_not_come_back_is_over_after_the_time_that_was_set()
    {
        (Side one, Side other) = _scene.Connect(options => options.Patience = TimeSpan.FromSeconds(30));
        one.Send(20_000_000);
        _scene.RunUntil(() => other.TotalReceived > 5_000_000, Limit);
        _scene.Tamper = (_, _) => null;
        MonotonicTime cut = _scene.Now;

        Assert.True(_scene.RunUntil(() => one.Path.IsClosed, Limit));

        Assert.Equal(ReliableCloseReason.TimedOut, one.Path.CloseReason);
        Assert.InRange((_scene.Now - cut).TotalSeconds, 29, 31);
        Assert.Equal(new ReliableEvent(ReliableEventKind.Closed, null), one.Events[^1]);
        Assert.Null(one.Path.Open());
    }

    [Fact]
    public void An_idle_path_sends_nothing_and_stays()
    {
        (Side one, Side other) = _scene.Connect();
        one.Send(1000);
        _scene.RunUntil(() => one.Path.IsDelivered && one.Path.BytesInFlight == 0, Limit);
        _scene.Run(TimeSpan.FromSeconds(1));
        long sent = one.Path.Counters.Sent + other.Path.Counters.Sent;

        _scene.Run(TimeSpan.FromHours(10));

        Assert.Equal(sent, one.Path.Counters.Sent + other.Path.Counters.Sent);
        Assert.False(one.Path.IsClosed);
        Assert.Equal(MonotonicTime.Never, one.Path.NextDeadline);
    }

    [Fact]
    public void A_close_is_told_with_its_code()
    {
        (Side one, Side other) = _scene.Connect();
        one.Send(1000, finishes: false);
        _scene.RunUntil(() => other.TotalReceived == 1000, Limit);

        one.Path.Close(17);

        Assert.True(_scene.RunUntil(() => other.Path.IsClosed, Limit));
        Assert.Equal((ReliableCloseReason.ClosedByPeer, 17), (other.Path.CloseReason, other.Path.CloseCode));
        Assert.Equal(ReliableArrival.Closed, other.Path.OnDatagram([0xC0], _scene.Now));
    }

    [Fact]
    public void What_came_before_the_other_side_closed_can_still_be_read_and_what_this_side_closed_cannot()
    {
        foreach (bool byPeer in (bool[])[true, false])
        {
            (Side one, Side other) = _scene.Connect();
            other.Reads = false;
            Conversation opened = one.Path.Open()!;
            opened.Write(new byte[1000]);
            _scene.RunUntil(() => one.Path.IsDelivered, Limit);
            Conversation got = other.Events.First(happened => happened.Conversation is not null).Conversation!;
            (byPeer ? one : other).Path.Close(1);
            _scene.RunUntil(() => other.Path.IsClosed, Limit);
            Assert.Equal(byPeer ? 1000 : 0, got.Read(new byte[2000]));
        }
    }

    [Theory]
    [InlineData(1200, 1200)]
    [InlineData(1300, 1280)]
    [InlineData(1450, 1400)]
    [InlineData(1472, 1452)]
    public void The_longest_datagram_that_passes_is_found(int passes, int expected)
    {
        _scene.Wire = new Wire { MaxLength = passes };
        (Side one, Side other) = _scene.Connect();
        one.Send(20_000_000);

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, Limit));
        Assert.Equal(expected, one.Path.DatagramLength);
    }

    [Fact]
    public void A_path_that_becomes_narrower_does_not_end()
    {
        (Side one, Side other) = _scene.Connect();
        one.Send(40_000_000);
        _scene.RunUntil(() => one.Path.DatagramLength == 1452, Limit);

        _scene.Wire = new Wire { MaxLength = 1250 };

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, Limit));
        Assert.Equal(1232, one.Path.DatagramLength);
    }

    [Fact]
    public void Packets_that_overtake_each_other_are_soon_not_taken_for_lost()
    {
        _scene.Wire = new Wire { Jitter = TimeSpan.FromMilliseconds(5), Latency = TimeSpan.FromMilliseconds(20) };
        (Side one, Side other) = _scene.Connect();
        one.Send(20_000_000);

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, Limit));
        Assert.True(one.Path.Counters.LostInError < one.Path.Counters.Sent / 50, $"{one.Path.Counters.LostInError} of {one.Path.Counters.Sent}");
    }

    [Fact]
    public void The_first_byte_comes_after_half_a_round_trip_and_its_answer_after_one()
    {
        _scene.Wire = new Wire { Latency = TimeSpan.FromMilliseconds(50) };
        (Side one, Side other) = _scene.Connect();
        MonotonicTime start = _scene.Now;
        one.Send(1);

        Assert.True(_scene.RunUntil(() => other.TotalReceived == 1, Limit));
        Assert.InRange((_scene.Now - start).TotalMilliseconds, 50, 51);
    }
}
