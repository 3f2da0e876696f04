using Traversal.Peer.Reliable;

namespace Traversal.Peer.Tests.Reliable;

public sealed class ConversationTests
{
    private const int Window = 8 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Scene _scene = new(1);

    [Fact]
    public void Whoever_does_not_read_holds_the_other_back()
    {
        (Side one, Side other) = _scene.Connect();
        other.Reads = false;
        one.Send(50_000_000);
        _scene.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(Window, other.Path.Counters.Received > 0 ? Only(other).ReadableLength : 0);

        other.Reads = true;
        other.ReadAll(Only(other));

        Assert.True(_scene.RunUntil(() => other.Ended.Count == 1, Limit));
        Assert.Equal(50_000_000, other.TotalReceived);
    }

    [Fact]
    public void No_more_is_taken_than_the_buffer_holds()
    {
        (Side one, Side other) = _scene.Connect();
        other.Reads = false;
        Conversation conversation = one.Path.Open()!;

        Assert.Equal(Window, conversation.Write(new byte[Window + 1]));
        Assert.Equal(0, conversation.Write(new byte[1]));
        Assert.True(_scene.RunUntil(() => one.Events.Exists(happened => happened.Kinds.HasFlag(ReliableEventKind.Writable)), Limit));
        Assert.Equal(1, conversation.Write(new byte[1]));
    }

    [Fact]
    public void An_empty_conversation_ends()
    {
        (Side one, Side other) = _scene.Connect();
        Conversation conversation = one.Send(0);

        Assert.True(_scene.RunUntil(() => other.Ended.Contains(conversation.Id), Limit));
        other.Send(Only(other), 5);
        Assert.True(_scene.RunUntil(() => conversation.IsOver && Only(other).IsOver, Limit));
        Assert.Equal(5, one.TotalReceived);
    }

    [Fact]
    public void A_reset_is_told_with_its_code_and_what_waits_is_dropped()
    {
        (Side one, Side other) = _scene.Connect();
        other.Reads = false;
        Conversation conversation = one.Send(1_000_000, finishes: false);
        _scene.RunUntil(() => other.Path.Counters.Received > 100, Limit);

        conversation.Reset(42);

        Assert.True(_scene.RunUntil(() => Only(other).PeerResetCode == 42, Limit));
        Assert.Equal(0, Only(other).ReadableLength);
        Assert.Equal(0, conversation.Write([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => conversation.Reset(-1));
    }

    [Fact]
    public void Whoever_stops_reading_has_the_other_give_up()
    {
        (Side one, Side other) = _scene.Connect();
        Conversation conversation = one.Send(50_000_000);
        _scene.RunUntil(() => other.TotalReceived > 100_000, Limit);

        Only(other).StopReading(9);

        Assert.True(_scene.RunUntil(() => conversation.PeerStopCode == 9 && conversation.IsSendingOver && one.Path.BytesInFlight == 0, Limit));
        Assert.Contains(one.Events, happened => happened.Kinds.HasFlag(ReliableEventKind.Stopped));
    }

    [Fact]
    public void There_may_be_many_one_after_the_other_but_not_too_many_at_once()
    {
        (Side one, Side other) = _scene.Connect();
        int opened = 0;
        while (one.Path.Open() is { } conversation)
        {
            one.Send(conversation, 10);
            opened++;
        }

        Assert.Equal(128, opened);
        Assert.True(_scene.RunUntil(() => other.Ended.Count == 128, Limit));
        foreach (ReliableEvent happened in other.Events.Where(happened => happened.Kinds.HasFlag(ReliableEventKind.Opened)).ToArray()) happened.Conversation!.Finish();

        Assert.True(_scene.RunUntil(() => one.Path.Open() is not null, Limit));
    }

    [Fact]
    public void Delivery_is_told()
    {
        (Side one, _) = _scene.Connect();
        one.Send(1_000_000);

        Assert.True(_scene.RunUntil(() => one.Events.Exists(happened => happened.Kinds.HasFlag(ReliableEventKind.Delivered)), Limit));
        Assert.True(one.Path.IsDelivered);
    }

    private static Conversation Only(Side side) => side.Events.First(happened => happened.Kinds.HasFlag(ReliableEventKind.Opened)).Conversation!;
}
