using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>A stream edge with one inbox and one listener on loopback; the test is its shard.</summary>
internal sealed class StreamHarness : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _wakeUps = new(0);

    public StreamHarness(StreamOptions? options = null, Func<StreamEdge, IStreamUpgrade>? upgrade = null, int inboxCapacity = 1_000)
    {
        Inbox = new StreamInbox(inboxCapacity, () => _wakeUps.Release());
        Edge = new StreamEdge(options ?? new StreamOptions(), new LengthPrefixed(), [Inbox], Time);
        bool started = StreamListener.TryStart(TransportAddress.Parse("127.0.0.1:0"), Edge, upgrade?.Invoke(Edge), out StreamListener? listener, out OpenFailure failure);
        Assert.True(started, failure.ToString());
        Listener = listener!;
    }

    public FakeTimeProvider Time { get; } = new();

    public StreamInbox Inbox { get; }

    public StreamEdge Edge { get; }

    public StreamListener Listener { get; }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Listener.Local.ToIPEndPoint(), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Connects and waits until the server side has it.</summary>
    public async Task<Socket> ConnectAndSettleAsync()
    {
        long accepted = Edge.Counters.Accepted;
        Socket socket = await ConnectAsync();
        await UntilAsync(() => Edge.Counters.Accepted > accepted, "the connection is accepted");
        return socket;
    }

    /// <summary>Connects and finds itself turned away: with luck the client learns of it only after it was connected.</summary>
    public async Task AssertTurnedAwayAsync()
    {
        try
        {
            using Socket socket = await ConnectAsync();
            Assert.True(await IsClosedAsync(socket));
        }
        catch (SocketException)
        {
            // Reset before it noticed that it was connected.
        }
    }

    /// <summary>Takes the next connection that has something; it is not released.</summary>
    public async Task<StreamConnection> TakeAsync()
    {
        while (true)
        {
            if (Inbox.TryTake(out StreamConnection? connection)) return connection;
            Assert.True(await _wakeUps.WaitAsync(Patience, TestContext.Current.CancellationToken), "Nothing came into the inbox.");
        }
    }

    /// <summary>Takes the next connection that has something, without leaving the thread.</summary>
    public StreamConnection Take()
    {
        while (true)
        {
            if (Inbox.TryTake(out StreamConnection? connection)) return connection;
            Assert.True(_wakeUps.Wait(Patience), "Nothing came into the inbox.");
        }
    }

    /// <summary>Takes frames until there are so many, releasing connections as they are worked off.</summary>
    public async Task<List<byte[]>> TakeFramesAsync(int count)
    {
        var frames = new List<byte[]>();
        while (frames.Count < count)
        {
            StreamConnection connection = await TakeAsync();
            frames.AddRange(ReadAll(connection));
            Assert.False(connection.HasEnded, connection.CloseReason.ToString());
            connection.Release();
        }

        return frames;
    }

    /// <summary>Works off batches until a connection has ended, and says why it did.</summary>
    public async Task<StreamCloseReason> TakeEndAsync()
    {
        while (true)
        {
            StreamConnection connection = await TakeAsync();
            bool ended = connection.HasEnded;
            connection.Release();
            if (ended) return connection.CloseReason;
        }
    }

    public static List<byte[]> ReadAll(StreamConnection connection)
    {
        var frames = new List<byte[]>();
        while (connection.TryReadFrame(out Span<byte> frame)) frames.Add(frame[2..].ToArray());
        return frames;
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Waited in vain until {what}.");
            await Task.Yield();
        }
    }

    /// <summary>Whether the server has closed: true for an end or a reset.</summary>
    public static async Task<bool> IsClosedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public static byte[] Frame(string text) => LengthPrefixed.Frame(Encoding.ASCII.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Edge.DisposeAsync();
        _wakeUps.Dispose();
    }
}
