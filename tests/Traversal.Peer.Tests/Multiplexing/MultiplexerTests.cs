using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

public sealed class MultiplexerTests : IDisposable
{
    private readonly Pair _pair = new();

    [Fact]
    public void Hello_comes_first_and_is_what_was_said()
    {
        Assert.Equal("other"u8, _pair.One.PeerHello.Span);
        Assert.Equal("one"u8, _pair.Other.PeerHello.Span);
        Assert.Equal(MultiplexerEventKind.Hello, Assert.Single(_pair.OfOne).Kinds);
        Assert.Throws<InvalidOperationException>(() => _pair.One.SendHello([]));
        Assert.Throws<ArgumentException>(() => new Multiplexer(new MultiplexerOptions { IsInitiator = true }).SendHello(new byte[Multiplexer.MaxHelloLength + 1]));
    }

    [Fact]
    public void Nothing_is_sent_before_hello_and_all_of_it_in_one_flight_with_it()
    {
        using var pair = new Pair(saysHello: false);
        MultiplexedStream stream = pair.One.Open()!;
        stream.Write("early"u8);
        pair.Pump();
        Assert.Equal(0, pair.Other.Counters.BytesReceived);

        pair.One.SendHello("one"u8);
        Assert.True(pair.One.HasToSend);
        byte[] flight = new byte[Multiplexer.MinTransmitLength];
        Assert.True(pair.One.TryTakeTransmit(flight, out int length));
        pair.Other.OnBytes(flight.AsSpan(0, length));
        Pair.Take(pair.Other, pair.OfOther);

        Assert.Equal(MultiplexerEventKind.Hello, pair.OfOther[0].Kinds);
        Assert.Equal("early"u8, Pair.ReadAll(pair.Opened));
    }

    [Fact]
    public void The_longest_hello_fits()
    {
        using var pair = new Pair(saysHello: false);
        pair.One.SendHello(new byte[Multiplexer.MaxHelloLength]);
        pair.Pump();
        Assert.Equal(Multiplexer.MaxHelloLength, pair.Other.PeerHello.Length);
    }

    [Fact]
    public void Bytes_go_both_ways_and_end()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        Assert.Equal(3, stream.Write("ask"u8));
        stream.Finish();
        _pair.Pump();
        MultiplexedStream opposite = _pair.Opened;
        Assert.Equal(stream.Id, opposite.Id);
        Assert.Equal(MultiplexerEventKind.Opened | MultiplexerEventKind.Readable, _pair.OfOther[^1].Kinds);
        Assert.Equal("ask"u8, Pair.ReadAll(opposite));
        Assert.True(opposite.IsAtEnd && opposite.IsReceivingOver && !opposite.IsOver);

        opposite.Write("answer"u8);
        opposite.Finish();
        _pair.Pump();
        Assert.Equal("answer"u8, Pair.ReadAll(stream));
        Assert.True(stream.IsOver && opposite.IsOver && _pair.One.IsDrained && _pair.Other.IsDrained);
        Assert.Equal(0, _pair.One.StreamCount + _pair.Other.StreamCount);
    }

    [Fact]
    public void An_announcement_opens_a_stream_for_the_other_side()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        _pair.Pump();
        Assert.DoesNotContain(_pair.OfOther, happened => happened.Stream is not null);

        stream.Announce();
        Assert.False(stream.IsDrained);
        _pair.Pump();
        Assert.Equal((MultiplexerEventKind.Opened, stream.Id), (_pair.OfOther[^1].Kinds, _pair.Opened.Id));
        Assert.True(stream.IsDrained);
    }

    [Fact]
    public void A_reset_is_told_with_its_code_and_what_waits_is_dropped()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        stream.Write(new byte[1000]);
        _pair.Pump();
        stream.Write(new byte[1000]);
        stream.Reset(42);
        _pair.Pump();

        Assert.Equal((MultiplexerEventKind.Reset, 42), (_pair.OfOther[^1].Kinds, _pair.Opened.PeerResetCode));
        Assert.Equal(0, _pair.Opened.ReadableLength);
        Assert.False(_pair.Opened.IsAtEnd);
        Assert.True(_pair.Opened.IsReceivingOver && stream.IsSendingOver);
        Assert.Equal(0, stream.Write([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Reset(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.StopReading(1L << 62));
    }

    [Fact]
    public void Whoever_stops_reading_has_the_other_give_up()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        stream.Write(new byte[1000]);
        _pair.Pump();
        _pair.Opened.StopReading(9);
        _pair.Pump();

        Assert.Equal((MultiplexerEventKind.Stopped, 9), (_pair.OfOne[^1].Kinds, stream.PeerStopCode));
        Assert.True(stream.IsSendingOver && _pair.Opened.IsReceivingOver && !_pair.Opened.IsAtEnd);
        Assert.Equal(9, _pair.Opened.PeerResetCode);
        Assert.Equal(0, stream.WritableLength);
    }

    [Fact]
    public void There_may_be_many_one_after_the_other_but_not_too_many_at_once()
    {
        var opened = new List<MultiplexedStream>();
        while (_pair.One.Open() is { } stream)
        {
            opened.Add(stream);
            stream.Finish();
        }

        Assert.Equal(128, opened.Count);
        _pair.Pump();
        Assert.Null(_pair.One.Open());
        foreach (MultiplexerEvent happened in _pair.OfOther.Where(happened => happened.Stream is not null).Take(32).ToArray()) happened.Stream!.Finish();
        _pair.Pump();

        Assert.Contains(_pair.OfOne, happened => happened.Kinds.HasFlag(MultiplexerEventKind.StreamsAllowed));
        for (int count = 0; count < 32; count++) Assert.NotNull(_pair.One.Open());
        Assert.Null(_pair.One.Open());
    }

    [Fact]
    public void A_stream_that_is_held_counts_although_it_is_over()
    {
        var opened = new List<MultiplexedStream>();
        while (_pair.One.Open() is { } stream)
        {
            opened.Add(stream);
            stream.Finish();
        }

        _pair.Carry(_pair.One, _pair.Other);
        while (_pair.Other.TryTakeEvent(out MultiplexerEvent happened))
        {
            if (happened.Stream is not { } stream) continue;

            stream.IsHeld = true;
            stream.Finish();
            _pair.OfOther.Add(happened);
        }

        _pair.Pump();
        Assert.Null(_pair.One.Open());

        foreach (MultiplexerEvent happened in _pair.OfOther) if (happened.Stream is { } stream) stream.IsHeld = false;
        _pair.Pump();
        Assert.NotNull(_pair.One.Open());
        Assert.Equal(0, _pair.Other.StreamCount);
    }

    /// <summary>A stream that was reset while it waited for its turn is forgotten only when that comes, and what is sent then is nothing but the limit.</summary>
    [Fact]
    public void The_limit_is_told_although_nothing_else_is()
    {
        using var pair = new Pair(other: options => options.MaxStreams = 4);
        MultiplexedStream[] streams = [.. Enumerable.Range(0, 4).Select(_ => pair.One.Open()!)];
        foreach (MultiplexedStream stream in streams) stream.Finish();
        pair.Pump();
        MultiplexedStream[] opposites = [.. pair.OfOther.Where(happened => happened.Stream is not null).Select(happened => happened.Stream!)];

        // A frame that leaves less room than is filled.
        MultiplexedStream large = pair.Other.Open()!;
        large.Write(new byte[Multiplexer.MinTransmitLength - 100]);
        opposites[0].Write([1]);
        opposites[0].Reset(1);
        byte[] room = new byte[Multiplexer.MinTransmitLength];
        while (pair.Other.TryTakeTransmit(room, out int length)) pair.One.OnBytes(room.AsSpan(0, length));
        Assert.NotNull(pair.One.Open());
    }

    [Fact]
    public void Whoever_does_not_read_holds_the_other_back_by_stream_and_by_connection()
    {
        const int Window = 20_000, All = 70_000;
        using var pair = new Pair(other: options => (options.StreamWindow, options.ConnectionWindow) = (Window, All));
        MultiplexedStream[] streams = [.. Enumerable.Range(0, 6).Select(_ => pair.One.Open()!)];
        foreach (MultiplexedStream stream in streams) stream.Write(new byte[100_000]);
        pair.Pump();
        Assert.All(Opposites(), opposite => Assert.True(opposite.ReadableLength <= Window));
        Assert.Equal(All, Opposites().Sum(opposite => opposite.ReadableLength));

        // What is stopped is no obstacle to the others.
        foreach (MultiplexedStream opposite in Opposites().Take(2)) opposite.StopReading(1);
        pair.Pump();
        Assert.Equal(All, Opposites().Sum(opposite => opposite.ReadableLength));

        int read = 0;
        for (int round = 0; round < 100; round++)
        {
            foreach (MultiplexedStream opposite in Opposites()) read += Pair.ReadAll(opposite).Length;
            pair.Pump();
        }

        Assert.Equal(400_000, read);
        Assert.True(pair.One.IsDrained);

        MultiplexedStream[] Opposites() =>
            [.. pair.OfOther.Where(happened => happened.Kinds.HasFlag(MultiplexerEventKind.Opened)).Select(happened => happened.Stream!)];
    }

    [Fact]
    public void What_comes_after_reading_was_stopped_takes_nothing_from_the_others()
    {
        const int All = 64 * 1024;
        using var pair = new Pair(other: options => options.ConnectionWindow = All);
        MultiplexedStream stopped = pair.One.Open()!;
        stopped.Write(new byte[30_000]);
        pair.Pump();
        pair.Opened.StopReading(1);
        stopped.Write(new byte[30_000]);
        pair.Carry(pair.One, pair.Other);
        pair.Pump();

        pair.One.Open()!.Write(new byte[100_000]);
        pair.Pump();
        Assert.Equal(All, pair.Opened.ReadableLength);
    }

    [Fact]
    public void Room_is_told_to_whoever_wanted_it()
    {
        using var pair = new Pair(one: options => options.SendBuffer = 4096);
        MultiplexedStream stream = pair.One.Open()!;
        Assert.Equal(4096, stream.Write(new byte[5000]));
        Assert.Equal(0, stream.WritableLength);
        pair.Pump();
        Assert.Equal((MultiplexerEventKind.Writable, stream), (pair.OfOne[^1].Kinds, pair.OfOne[^1].Stream));
        Assert.Equal(4096, stream.Write(new byte[4096]));
    }

    [Fact]
    public void A_ping_is_answered_once()
    {
        _pair.One.Ping();
        _pair.One.Ping();
        _pair.Pump();
        Assert.Equal(MultiplexerEventKind.Pong, _pair.OfOne[^1].Kinds);

        _pair.OfOne.Clear();
        _pair.Pump();
        Assert.Empty(_pair.OfOne);
    }

    [Fact]
    public void Closing_tells_the_reason_and_the_code_and_what_had_come_can_still_be_read()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        stream.Write("last words"u8);
        stream.Finish();
        MultiplexedStream lost = _pair.One.Open()!;
        _pair.Carry(_pair.One, _pair.Other);
        lost.Write("lost"u8);
        _pair.One.Close(MultiplexerCloseReason.Refused, 7);
        _pair.Pump();

        Assert.Equal((MultiplexerCloseReason.Refused, 7, false), (_pair.One.CloseReason, _pair.One.CloseCode, _pair.One.IsClosedByPeer));
        Assert.Equal((MultiplexerCloseReason.Refused, 7, true), (_pair.Other.CloseReason, _pair.Other.CloseCode, _pair.Other.IsClosedByPeer));
        Assert.Equal(MultiplexerEventKind.Closed, _pair.OfOne[^1].Kinds);
        Assert.Equal(MultiplexerEventKind.Closed, _pair.OfOther[^1].Kinds);
        Assert.Equal("last words"u8, Pair.ReadAll(_pair.Opened));
        Assert.True(_pair.Opened.IsAtEnd);
        Assert.Null(_pair.One.Open());
        Assert.Equal(0, lost.Write([1]));
    }

    [Fact]
    public void It_may_be_closed_before_hello()
    {
        using var pair = new Pair(saysHello: false);
        pair.One.Close(MultiplexerCloseReason.Internal, 1);
        pair.Pump();
        Assert.Equal((MultiplexerCloseReason.Internal, true), (pair.Other.CloseReason, pair.Other.IsClosedByPeer));
    }

    [Fact]
    public void What_is_not_read_when_this_side_closes_is_no_end()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        stream.Write("unread"u8);
        stream.Finish();
        _pair.Pump();
        _pair.Other.Close(MultiplexerCloseReason.Application, 0);
        Assert.Equal(0, _pair.Opened.ReadableLength);
        Assert.False(_pair.Opened.IsAtEnd);
    }

    public void Dispose() => _pair.Dispose();
}
