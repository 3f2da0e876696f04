using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Traversal.Server;
using Traversal.Server.Tests;
using Traversal.Transport.Streams;

namespace Traversal.Service.Tests.WebSockets;

/// <summary>Attacks below the messages of a WebSocket: frames that RFC 6455 forbids, and HTTP that is no request. Each costs its own connection.</summary>
public sealed class HostileFrameTests
{
    private const string Upgrade = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    private static readonly byte[] BindingRequest = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Masked with zeros, so that the payload stands as it is.
    public static readonly TheoryData<string, byte[]> Forbidden = new()
    {
        { "not masked", [0x82, 20, .. BindingRequest] },
        { "a reserved bit", [0xC2, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest] },
        { "a reserved opcode", [0x83, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest] },
        { "a continuation of nothing", [0x80, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest] },
        { "a new message inside of one", [0x02, 0x80 | 4, 0, 0, 0, 0, 0, 1, 0, 0, 0x82, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest] },
        { "a ping that is too long", [0x89, 0x80 | 126, 0, 126, 0, 0, 0, 0, .. new byte[126]] },
        { "a ping in pieces", [0x09, 0x80, 0, 0, 0, 0] },
        { "a length with its top bit set", [0x82, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, .. BindingRequest] },
        { "a message of a terabyte", [0x82, 0x80 | 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. BindingRequest, .. new byte[5000]] },
        { "pieces of nothing", [0x02, 0x80, 0, 0, 0, 0, .. Enumerable.Repeat(new byte[] { 0x00, 0x80, 0, 0, 0, 0 }, 100).SelectMany(piece => piece)] },
        { "pieces of nothing behind the frame", [0x02, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest, 0x00, 0x80, 0, 0, 0, 0] },
        { "pieces that go on behind the frame", [0x02, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest, 0x80, 0x80 | 1, 0, 0, 0, 0, 1] },
        { "a text", [0x81, 0x80 | 20, 0, 0, 0, 0, .. BindingRequest] },
    };

    public static readonly TheoryData<string, string> NoRequest = new()
    {
        { "a header that is too long", Upgrade + "X: " + new string('x', 9 << 10) + "\r\n\r\n" },
        { "a line that is too long", "GET /" + new string('x', 3 << 10) + " HTTP/1.1\r\nHost: a\r\n\r\n" },
        { "too many headers", Upgrade + string.Concat(Enumerable.Range(0, 60).Select(i => $"X{i}: 1\r\n")) + "\r\n" },
        { "a body without end", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n" + new string('x', 5000) },
        { "chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nx" },
        { "two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello" },
        { "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "bytes that are no text", "\0\u0001\u0002\u0003\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_frame_that_is_forbidden_ends_its_connection_with_a_count_and_nothing_else(string what, byte[] frame)
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket bystander = await running.ConnectAsync();
        using TcpClient attacker = await ConnectAsync(running, Upgrade + "\r\n");
        await ReadHeadAsync(attacker.GetStream());
        await attacker.GetStream().WriteAsync(frame, TestContext.Current.CancellationToken);

        StreamCounters counters = running.Server.StreamCounters!;
        await Eventually(() => counters.Closed(StreamCloseReason.BadFrame) + counters.Closed(StreamCloseReason.Broken) == 1);
        Assert.True(await EndsAsync(attacker.GetStream()), what);
        Assert.Equal(1, counters.Open);
        await AssertServedAsync(bystander);
    }

    [Theory]
    [MemberData(nameof(NoRequest))]
    public async Task What_is_no_request_ends_its_connection_with_a_count_and_nothing_else(string what, string text)
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket bystander = await running.ConnectAsync();
        using TcpClient attacker = await ConnectAsync(running, text);

        Assert.True(await EndsAsync(attacker.GetStream()), what);
        await Eventually(() => running.Server.StreamCounters!.FailedUpgrades(UpgradeFailure.WebSocket) == 1);
        await AssertServedAsync(bystander);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_only_pings_or_begins_is_closed_by_the_deadline(bool begins)
    {
        await using RunningListener running = await RunningListener.StartAsync(configure: options => options.Streams.FirstFrameTimeout = RunningListener.ShortDeadline);
        using TcpClient attacker = await ConnectAsync(running, Upgrade + "\r\n");
        await ReadHeadAsync(attacker.GetStream());
        byte[] frames = begins ? [0x02, 0x80 | 4, 0, 0, 0, 0, 0, 1, 0, 0] : [.. Enumerable.Repeat(new byte[] { 0x89, 0x80, 0, 0, 0, 0 }, 1000).SelectMany(ping => ping)];
        await attacker.GetStream().WriteAsync(frames, TestContext.Current.CancellationToken);

        await Eventually(() => running.Server.StreamCounters!.Closed(StreamCloseReason.FirstFrameDeadline) == 1);
        Assert.True(await EndsAsync(attacker.GetStream()));
    }

    private static async Task<TcpClient> ConnectAsync(RunningListener running, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(running.Address.ToIPEndPoint(), TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task AssertServedAsync(WebSocket bystander)
    {
        await bystander.SendAsync(BindingRequest, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        byte[] answer = new byte[1000];
        WebSocketReceiveResult result = await bystander.ReceiveAsync(answer, TestContext.Current.CancellationToken).WaitAsync(Patience);
        Assert.Equal((WebSocketMessageType.Binary, (byte)1), (result.MessageType, answer[0]));
    }

    private static async Task ReadHeadAsync(Stream stream)
    {
        byte[] one = new byte[1];
        for (int ends = 0; ends < 4;)
        {
            await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
            ends = one[0] is (byte)'\r' or (byte)'\n' ? ends + 1 : 0;
        }
    }

    private static async Task<bool> EndsAsync(Stream stream)
    {
        byte[] answer = new byte[1000];
        try
        {
            while (await stream.ReadAsync(answer).AsTask().WaitAsync(Patience) > 0)
            {
                // A refusal, or the frame that closes.
            }
        }
        catch (IOException)
        {
            // As good as an end.
        }

        return true;
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Yield().AsTask(deadline.Token);
    }
}
