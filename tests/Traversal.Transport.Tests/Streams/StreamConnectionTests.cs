using System.Net.Sockets;
using System.Text;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

public sealed class StreamConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_reach_the_shard_and_answers_reach_the_client()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("question"), Cancellation);

        StreamConnection connection = await harness.TakeAsync();
        Assert.Equal("question"u8.ToArray(), Assert.Single(StreamHarness.ReadAll(connection)));
        Assert.Equal(harness.Listener.Local, connection.Local);
        Assert.Equal(client.LocalEndPoint!.ToString(), connection.Remote.ToString());
        Assert.True(StreamInbox.IsStream(connection.Id));
        Assert.True(harness.Inbox.TryFind(connection.Id, out StreamConnection? found));
        Assert.Same(connection, found);

        Assert.True(connection.TrySend("answer"u8));
        connection.Release();
        byte[] buffer = new byte[100];
        int length = await client.ReceiveAsync(buffer, Cancellation);
        Assert.Equal("answer", Encoding.ASCII.GetString(buffer, 0, length));
    }

    // RFC8489-6.2.2-6
    [Fact]
    public async Task What_the_client_sent_before_it_closed_is_answered()
    {
        await using var harness = new StreamHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(StreamHarness.Frame("question"), Cancellation);
        client.Shutdown(SocketShutdown.Send);

        StreamConnection connection = await harness.TakeAsync();
        connection.TrySend("answer"u8);
        connection.Release();

        byte[] buffer = new byte[100];
        Assert.Equal(6, await client.ReceiveAsync(buffer, Cancellation));
        Assert.Equal(0, await client.ReceiveAsync(buffer, Cancellation));
        Assert.Equal(StreamCloseReason.ByPeer, await harness.TakeEndAsync());
        Assert.False(harness.Inbox.TryFind(connection.Id, out _));
        Assert.Equal(0, harness.Edge.Counters.Open);
    }
}
