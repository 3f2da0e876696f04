using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>What happens at each bound.</summary>
public sealed class StreamBoundTests
{
    private static readonly TransportAddress Somewhere = TransportAddress.Parse("127.0.0.1:1");

    [Fact]
    public async Task Bytes_that_are_no_frame_end_the_connection_after_the_frames_before_them()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync((byte[])[.. StreamHarness.Frame("good"), 0xFF, 0xFF], TestContext.Current.CancellationToken);

        Assert.Equal("good"u8.ToArray(), Assert.Single(await harness.TakeFramesAsync(1)));
        Assert.Equal(StreamCloseReason.BadFrame, await harness.TakeEndAsync());
        Assert.True(await StreamHarness.IsClosedAsync(client));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_frame_passes_only_from_a_trusted_client(bool trusted)
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        if (trusted) connection.Trust(TimeSpan.FromMinutes(1));
        connection.Release();
        byte[] payload = new byte[LengthPrefixed.MaxPayload];
        Random.Shared.NextBytes(payload);
        Task sending = client.SendAsync(LengthPrefixed.Frame(payload), TestContext.Current.CancellationToken).AsTask();

        if (trusted)
        {
            Assert.Equal(payload, Assert.Single(await harness.TakeFramesAsync(1)));
            await sending;
        }
        else
        {
            Assert.Equal(StreamCloseReason.BadFrame, await harness.TakeEndAsync());
            await Record.ExceptionAsync(() => sending);
        }
    }

    [Fact]
    public async Task A_stranger_that_announces_a_long_frame_is_not_waited_for()
    {
        await using var harness = new StreamHarness(new StreamOptions { StrangerTimeout = TimeSpan.FromHours(1) });
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(LengthPrefixed.Frame(new byte[LengthPrefixed.MaxPayload]).AsMemory(0, 10), TestContext.Current.CancellationToken);

        Assert.True(await StreamHarness.IsClosedAsync(client));
    }

    [Fact]
    public async Task Frames_beyond_the_outbound_buffer_are_dropped_whole_and_counted()
    {
        await using var harness = new StreamHarness(new StreamOptions { OutboundLimit = 10_000, StrangerLimit = 2_000 });
        var stream = new SegmentedStream([LengthPrefixed.Frame("hello"u8)]) { IsStuck = true };
        Assert.True(harness.Edge.TryAttach(stream, Somewhere, Somewhere, out _));
        StreamConnection connection = await harness.TakeAsync();

        // What the writer took before it got stuck was at most one full buffer.
        Assert.InRange(SendUntilFull(connection), 4, 2 * 4);
        Assert.Equal(1, harness.Edge.Counters.OutboundDrops);
        connection.Trust(TimeSpan.FromMinutes(1));
        Assert.InRange(SendUntilFull(connection), 16, 2 * 20);
        Assert.Equal(2, harness.Edge.Counters.OutboundDrops);
        Assert.Equal(StreamCloseReason.None, connection.CloseReason);
        connection.Release();

        static int SendUntilFull(StreamConnection connection)
        {
            int sent = 0;
            while (connection.TrySend(new byte[500])) sent++;
            return sent;
        }
    }

    [Fact]
    public async Task A_slow_reader_gets_whole_frames_in_order_whatever_was_dropped()
    {
        await using var harness = new StreamHarness(new StreamOptions { OutboundLimit = 8_000 });
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        connection.Trust(TimeSpan.FromMinutes(1));

        byte[] payload = new byte[1_000];
        int accepted = 0;
        for (int i = 0; harness.Edge.Counters.OutboundDrops < 1_000; i++)
        {
            BitConverter.TryWriteBytes(payload, i);
            if (connection.TrySend(LengthPrefixed.Frame(payload))) accepted++;
        }

        connection.Close();
        connection.Release();
        int last = -1;
        int frames = 0;
        byte[] frame = new byte[1_004];
        using var stream = new NetworkStream(client);
        while (await stream.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken) == frame.Length)
        {
            Assert.Equal(1_000, frame[0] << 8 | frame[1]);
            int number = BitConverter.ToInt32(frame, 2);
            Assert.True(number > last);
            last = number;
            frames++;
        }

        Assert.Equal(accepted, frames);
    }

    [Fact]
    public async Task A_connection_reads_nothing_more_while_the_shard_has_its_frames()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("first"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        await client.SendAsync(StreamHarness.Frame("second"), TestContext.Current.CancellationToken);
        using Socket other = await harness.ConnectAsync();
        await other.SendAsync(StreamHarness.Frame("other"), TestContext.Current.CancellationToken);
        StreamConnection next = await harness.TakeAsync();

        Assert.NotSame(connection, next);
        Assert.Equal(2, harness.Edge.Counters.FramesReceived);
        Assert.Equal("first"u8.ToArray(), Assert.Single(StreamHarness.ReadAll(connection)));
        next.Release();
        connection.Release();
        Assert.Equal("second"u8.ToArray(), Assert.Single(await harness.TakeFramesAsync(1)));
    }

    // RFC8489-6.2.2-8
    [Fact]
    public async Task Connections_beyond_the_most_are_turned_away_and_there_is_room_after_one_has_gone()
    {
        await using var harness = new StreamHarness(new StreamOptions { MaxConnections = 2 });
        using Socket first = await harness.ConnectAndSettleAsync();
        using Socket second = await harness.ConnectAndSettleAsync();
        await harness.AssertTurnedAwayAsync();
        Assert.Equal(1, harness.Edge.Counters.RefusedInAll);

        first.Dispose();
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Open == 1, "the first has gone");
        using Socket fourth = await harness.ConnectAndSettleAsync();
        Assert.Equal(2, harness.Edge.Counters.Open);
    }

    [Fact]
    public async Task A_full_inbox_turns_connections_away()
    {
        await using var harness = new StreamHarness(inboxCapacity: 1);
        using Socket first = await harness.ConnectAndSettleAsync();
        await harness.AssertTurnedAwayAsync();
        Assert.Equal(1, harness.Edge.Counters.Open);
    }

    [Theory]
    [InlineData("203.0.113.1:1000", "203.0.113.1:2000", "203.0.113.2:1000")]
    [InlineData("[2001:db8:1:2::1]:1000", "[2001:db8:1:2:ffff::9]:1000", "[2001:db8:1:3::1]:1000")]
    public async Task One_source_gets_only_so_many_and_another_is_not_affected(string one, string same, string other)
    {
        await using var harness = new StreamHarness(new StreamOptions { MaxConnectionsPerSource = 2 });
        Assert.True(Attach(one));
        Assert.True(Attach(same));
        Assert.False(Attach(one));
        Assert.False(Attach(same));
        Assert.True(Attach(other));
        Assert.Equal(2, harness.Edge.Counters.RefusedBySource);

        bool Attach(string remote) => harness.Edge.TryAttach(new SegmentedStream([]), Somewhere, TransportAddress.Parse(remote), out _);
    }

    [Fact]
    public async Task Loopback_is_exempt_from_the_bound_for_one_source()
    {
        await using var harness = new StreamHarness(new StreamOptions { MaxConnectionsPerSource = 1 });
        using Socket first = await harness.ConnectAndSettleAsync();
        using Socket second = await harness.ConnectAndSettleAsync();
        Assert.Equal(2, harness.Edge.Counters.Open);
    }

    [Fact]
    public async Task A_port_in_use_is_named_as_such()
    {
        await using var harness = new StreamHarness();
        Assert.False(StreamListener.TryStart(harness.Listener.Local, harness.Edge, upgrade: null, out _, out OpenFailure failure));
        Assert.Equal(OpenFailure.AddressInUse, failure);
    }

    [Fact]
    public async Task Stopping_closes_everything_in_good_order()
    {
        var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        connection.TrySend("goodbye"u8);
        connection.Release();

        Task stopping = harness.Edge.StopAsync(TestContext.Current.CancellationToken);
        byte[] buffer = new byte[100];
        Assert.Equal(7, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(0, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        client.Dispose();
        await stopping;
        Assert.Equal(1, harness.Edge.Counters.Closed(StreamCloseReason.Shutdown));
        Assert.False(harness.Edge.TryAttach(new SegmentedStream([]), Somewhere, Somewhere, out _));
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_shard_that_has_stopped_in_the_middle_of_a_batch()
    {
        var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();

        await harness.DisposeAsync();

        Assert.True(connection.Completion.IsCompletedSuccessfully || connection.HasEnded);
        Assert.True(await StreamHarness.IsClosedAsync(client));
    }

    [Fact]
    public async Task An_upgrade_may_replace_the_stream_and_the_address_or_turn_the_client_away()
    {
        var upgrade = new FirstByteDecides();
        await using var harness = new StreamHarness(upgrade: _ => upgrade);
        using Socket good = await harness.ConnectAsync();
        await good.SendAsync((byte[])[1, .. StreamHarness.Frame("hello")], TestContext.Current.CancellationToken);
        StreamConnection connection = await harness.TakeAsync();
        Assert.Equal(FirstByteDecides.Remote, connection.Remote);
        connection.Release();

        using Socket bad = await harness.ConnectAsync();
        await bad.SendAsync((byte[])[0], TestContext.Current.CancellationToken);
        Assert.True(await StreamHarness.IsClosedAsync(bad));
        using Socket silent = await harness.ConnectAsync();
        await StreamHarness.UntilAsync(() => upgrade.Started == 3, "the third upgrade has started");
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await StreamHarness.IsClosedAsync(silent));
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.FailedUpgrades(UpgradeFailure.Handshake) == 2, "both failures are counted");
    }

    private sealed class FirstByteDecides : IStreamUpgrade
    {
        public static readonly TransportAddress Remote = TransportAddress.From(IPAddress.Parse("203.0.113.9"), 4711);

        private int _started;

        public int Started => Volatile.Read(ref _started);

        public async ValueTask<StreamUpgrade> UpgradeAsync(
            Socket socket, TransportAddress local, TransportAddress remote, CancellationToken cancellationToken)
        {
            byte[] first = new byte[1];
            ValueTask<int> reading = socket.ReceiveAsync(first, SocketFlags.None, cancellationToken);
            Interlocked.Increment(ref _started);
            await reading;
            return first[0] == 1
                ? new StreamUpgrade(new NetworkStream(socket, ownsSocket: true), Remote)
                : StreamUpgrade.Refused(UpgradeFailure.Handshake);
        }
    }
}
