using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>A connection that goes from one shard to another.</summary>
public sealed class StreamMoveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_there_with_the_frame_that_was_read_last()
    {
        await using var harness = new StreamHarness();
        var other = new StreamInbox(10, static () => { });
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(Frames("one", "two", "three"), Cancellation);
        StreamConnection connection = await harness.TakeAsync();
        Assert.True(connection.TryReadFrame(out _));
        Assert.True(connection.TryReadFrame(out Span<byte> second));
        Assert.Equal("two", Encoding.ASCII.GetString(second[2..]));
        SocketId here = connection.Id;

        Assert.True(connection.TryMoveTo(other));

        Assert.False(harness.Inbox.TryFind(here, out _));
        Assert.True(other.TryTake(out StreamConnection? there));
        Assert.Same(connection, there);
        Assert.True(other.TryFind(there.Id, out _));
        Assert.Equal("two, three", Text(there));
        there.Release();

        await client.SendAsync(StreamHarness.Frame("four"), Cancellation);
        await StreamHarness.UntilAsync(() => other.TryTake(out there), "the next frame comes to the other shard");
        Assert.Equal("four", Text(there!));
        Assert.True(there!.TrySend("answer"u8));
        there.Release();
        byte[] buffer = new byte[100];
        Assert.Equal(6, await client.ReceiveAsync(buffer, Cancellation));

        client.Close();
        await StreamHarness.UntilAsync(() => other.TryTake(out there), "the end comes to the other shard");
        Assert.True(there!.HasEnded);
        there.Release();
        Assert.False(other.TryFind(there.Id, out _));
    }

    [Fact]
    public async Task Where_there_is_no_room_it_stays()
    {
        await using var harness = new StreamHarness();
        var full = new StreamInbox(1, static () => { });
        using Socket one = await harness.ConnectAsync();
        await one.SendAsync(StreamHarness.Frame("one"), Cancellation);
        StreamConnection first = await harness.TakeAsync();
        Assert.True(first.TryReadFrame(out _));
        Assert.True(first.TryMoveTo(full));
        using Socket two = await harness.ConnectAsync();
        await two.SendAsync(StreamHarness.Frame("two"), Cancellation);
        StreamConnection second = await harness.TakeAsync();
        Assert.True(second.TryReadFrame(out _));
        SocketId here = second.Id;

        Assert.False(second.TryMoveTo(full));

        Assert.Equal(here, second.Id);
        Assert.True(harness.Inbox.TryFind(here, out _));
        second.Release();
        Assert.True(full.TryTake(out StreamConnection? moved));
        moved.Release();
    }

    private static byte[] Frames(params string[] texts) => [.. texts.SelectMany(StreamHarness.Frame)];

    private static string Text(StreamConnection connection) => string.Join(", ", StreamHarness.ReadAll(connection).Select(Encoding.ASCII.GetString));
}
