using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>Slow and silent clients, in virtual time.</summary>
public sealed class StreamDeadlineTests
{
    private static readonly TransportAddress Somewhere = TransportAddress.Parse("127.0.0.1:1");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_client_that_sends_nothing_is_closed_after_ten_seconds()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAndSettleAsync();

        harness.Time.Advance(9.9 * Second);
        Assert.Equal(1, harness.Edge.Counters.Open);
        harness.Time.Advance(Second);

        Assert.True(await StreamHarness.IsClosedAsync(client));
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Open == 0, "the connection is gone");
        Assert.Equal(1, harness.Edge.Counters.Closed(StreamCloseReason.FirstFrameDeadline));
        Assert.False(harness.Inbox.TryTake(out _));
    }

    [Fact]
    public async Task A_client_that_sends_its_first_frame_a_byte_a_second_is_closed_after_ten_seconds()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAndSettleAsync();
        int sent = await TrickleAsync(harness, client, StreamHarness.Frame(new string('x', 100)), Second);

        Assert.InRange(sent, 9, 11);
        Assert.True(await StreamHarness.IsClosedAsync(client));
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Closed(StreamCloseReason.FirstFrameDeadline) == 1, "it is counted");
    }

    [Fact]
    public async Task A_client_that_is_not_trusted_in_time_is_closed_however_much_it_sends()
    {
        await using var harness = new StreamHarness();
        using Socket stranger = await harness.ConnectAndSettleAsync();
        using Socket friend = await harness.ConnectAndSettleAsync();
        await friend.SendAsync(StreamHarness.Frame("friend"), TestContext.Current.CancellationToken);
        StreamConnection known = await harness.TakeAsync();
        StreamHarness.ReadAll(known);
        known.Trust(TimeSpan.FromHours(1));
        known.Release();
        for (int second = 0; second < 29; second += 5)
        {
            await stranger.SendAsync(StreamHarness.Frame("busy"), TestContext.Current.CancellationToken);
            await harness.TakeFramesAsync(1);
            harness.Time.Advance(5 * Second);
        }

        Assert.Equal(StreamCloseReason.StrangerDeadline, await harness.TakeEndAsync());
        Assert.Equal(1, harness.Edge.Counters.Open);
    }

    [Fact]
    public async Task A_client_that_trickles_a_later_frame_is_too_slow()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAndSettleAsync();
        await client.SendAsync(StreamHarness.Frame("good"), TestContext.Current.CancellationToken);
        await harness.TakeFramesAsync(1);

        int sent = await TrickleAsync(harness, client, StreamHarness.Frame(new string('x', 100)), Second);

        Assert.InRange(sent, 10, 13);
        Assert.Equal(StreamCloseReason.TooSlow, await harness.TakeEndAsync());
    }

    [Fact]
    public async Task A_byte_a_second_is_too_slow_even_where_the_frames_are_short_enough_to_complete()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAndSettleAsync();

        // Eight frames of four bytes, each of which takes three seconds.
        byte[] bytes = [.. Enumerable.Repeat(LengthPrefixed.Frame([7, 7]), 8).SelectMany(frame => frame)];
        int sent = await TrickleAsync(harness, client, bytes, Second);

        Assert.InRange(sent, 12, 20);
        Assert.Equal(StreamCloseReason.TooSlow, await harness.TakeEndAsync());
    }

    [Fact]
    public async Task Short_frames_sent_whole_are_never_too_slow()
    {
        await using var harness = new StreamHarness(new StreamOptions { StrangerTimeout = TimeSpan.FromHours(1) });
        using Socket client = await harness.ConnectAndSettleAsync();
        for (int i = 0; i < 100; i++)
        {
            await client.SendAsync(StreamHarness.Frame("x"), TestContext.Current.CancellationToken);
            await harness.TakeFramesAsync(1);
            harness.Time.Advance(5 * Second);
        }

        Assert.Equal(1, harness.Edge.Counters.Open);
    }

    // RFC8489-6.2.2-5
    [Fact]
    public async Task An_idle_client_is_closed_after_thirty_seconds_and_a_trusted_one_after_what_the_owner_said()
    {
        await using var harness = new StreamHarness();
        using Socket stranger = await harness.ConnectAndSettleAsync();
        await stranger.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        await harness.TakeFramesAsync(1);
        using Socket friend = await harness.ConnectAndSettleAsync();
        await friend.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection trusted = await harness.TakeAsync();
        trusted.Trust(TimeSpan.FromMinutes(10));
        trusted.Release();
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.FramesReceived == 2, "both have said hello");

        harness.Time.Advance(29 * Second);
        Assert.Equal(2, harness.Edge.Counters.Open);
        harness.Time.Advance(2 * Second);
        Assert.Equal(StreamCloseReason.IdleDeadline, await harness.TakeEndAsync());
        Assert.True(await StreamHarness.IsClosedAsync(stranger));

        harness.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, harness.Edge.Counters.Open);
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(StreamCloseReason.IdleDeadline, await harness.TakeEndAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_take_what_is_sent_to_it_is_given_up()
    {
        await using var harness = new StreamHarness();
        await using var stream = new SegmentedStream([LengthPrefixed.Frame("hello"u8)]) { IsStuck = true };
        Assert.True(harness.Edge.TryAttach(stream, Somewhere, Somewhere, out _));
        StreamConnection connection = await harness.TakeAsync();
        connection.Trust(TimeSpan.FromHours(1));
        connection.TrySend("answer"u8);
        connection.Release();

        // The write begins on another thread; virtual time must not run ahead of it.
        await StreamHarness.UntilAsync(
            () =>
            {
                harness.Time.Advance(StreamEdge.SweepInterval);
                return connection.CloseReason != StreamCloseReason.None;
            },
            "the write counts as stalled");
        Assert.Equal(StreamCloseReason.WriteStalled, await harness.TakeEndAsync());
        Assert.True(harness.Time.GetTimestamp() >= 30 * TimeSpan.TicksPerSecond);
    }

    [Fact]
    public async Task A_client_that_does_not_close_its_side_is_cut_off()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAndSettleAsync();
        await client.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        connection.TrySend("goodbye"u8);
        connection.Close();
        connection.Release();

        byte[] buffer = new byte[100];
        Assert.Equal(7, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(0, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        Assert.False(connection.Completion.IsCompleted, $"{connection.HasEnded} {connection.CloseReason}");
        harness.Time.Advance(6 * Second);

        Assert.Equal(StreamCloseReason.ByOwner, await harness.TakeEndAsync());
    }

    /// <summary>Sends byte by byte, each seen by the server before the next, until the server has closed; says how many it took.</summary>
    private static async Task<int> TrickleAsync(StreamHarness harness, Socket client, byte[] bytes, TimeSpan pause)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            long seen = harness.Edge.Counters.BytesReceived;
            await client.SendAsync(bytes.AsMemory(i, 1), TestContext.Current.CancellationToken);

            // A byte is counted a moment before its frame stands in the inbox, and nothing is read until that is worked off.
            await StreamHarness.UntilAsync(() => WorkOff(harness) && harness.Edge.Counters.BytesReceived > seen, "the byte is seen");
            WorkOff(harness);
            harness.Time.Advance(pause);
            if (HasDecided(harness)) return i + 1;
        }

        Assert.Fail("Every byte was taken.");
        return 0;
    }

    private static bool WorkOff(StreamHarness harness)
    {
        while (harness.Inbox.TryTake(out StreamConnection? connection))
        {
            StreamHarness.ReadAll(connection);
            connection.Release();
        }

        return true;
    }

    private static bool HasDecided(StreamHarness harness)
    {
        for (int index = 0; index < harness.Inbox.HighWater; index++)
        {
            if (harness.Inbox.At(index) is { CloseReason: not StreamCloseReason.None }) return true;
        }

        return harness.Edge.Counters.Open == 0;
    }
}
