using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Traversal.Primitives;
using Traversal.Server.Tests;
using Traversal.Service.WebSockets;
using Traversal.Stun;
using Traversal.Transport.Streams;
using Traversal.Turn;

namespace Traversal.Service.Tests.WebSockets;

public sealed class WebSocketListenerTests
{
    private static readonly ChannelNumber Channel = new(0x4000);
    private static readonly byte[] BindingRequest = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_is_relayed_one_message_in_each_binary_frame(bool isSecure)
    {
        await using RunningListener running = await RunningListener.StartAsync(isSecure);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using ClientWebSocket socket = await running.ConnectAsync(null, WebSocketListener.Subprotocol);
        using TurnTestClient client = TurnTestClient.Over(WebSocketStream.Create(socket, WebSocketMessageType.Binary));
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));

        foreach (int length in new[] { 1, 2, 3, 4, 1200, 9001 })
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);
            byte[] padded = TurnTestClient.ChannelMessage(Channel, data);
            byte[] message = length == 2 ? padded : padded[..(ChannelData.HeaderLength + length)];
            await client.SendAsync(message);

            byte[] received = new byte[65_535];
            SocketReceiveFromResult arrival = await peer.ReceiveFromAsync(received, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience);
            Assert.Equal(data, received[..arrival.ReceivedBytes]);
            await peer.SendToAsync(data, SocketFlags.None, arrival.RemoteEndPoint);
            Assert.Equal(padded[..(ChannelData.HeaderLength + length)], await ReceiveAsync(socket));
        }
    }

    [Fact]
    public async Task The_certificate_that_was_made_is_named_before_the_first_client_comes()
    {
        var log = new LogLines();
        await using RunningListener running = await RunningListener.StartAsync(isSecure: true, logging: log);

        Assert.Single(log.Lines, line => line.Split("SHA-256 fingerprint ") is [_, var fingerprint] && fingerprint.Count(letter => letter == ':') == 31);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_allocation_along()
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        using TurnTestClient client = TurnTestClient.Over(WebSocketStream.Create(socket, WebSocketMessageType.Binary));
        Assert.Equal(0, await client.AllocateAsync());
        await Eventually(() => running.Server.Allocations == 1);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken).WaitAsync(Patience);

        await Eventually(() => running.Server.Allocations == 0 && running.Server.StreamCounters!.Open == 0);
    }

    [Theory]
    [InlineData(new string[0], null)]
    [InlineData(new[] { "turn" }, "turn")]
    [InlineData(new[] { "chat", "turn" }, "turn")]
    public async Task The_subprotocol_is_turn_or_not_named(string[] offered, string? agreed)
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync(null, offered);

        Assert.Equal(agreed, socket.SubProtocol);
        await socket.SendAsync(BindingRequest, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal([1, 1], (await ReceiveAsync(socket))[..2]);
    }

    [Fact]
    public async Task A_client_that_names_only_other_subprotocols_is_refused_and_counted()
    {
        await using RunningListener running = await RunningListener.StartAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => running.ConnectAsync(null, "chat"));

        await Eventually(() => running.Server.StreamCounters!.FailedUpgrades(UpgradeFailure.WebSocket) == 1);
    }

    [Theory]
    [InlineData("https://example.org", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData(null, true)]
    public async Task Where_origins_are_named_pages_of_others_are_refused_and_programs_are_not(string? origin, bool isServed)
    {
        await using RunningListener running = await RunningListener.StartAsync(origins: ["https://example.org"]);
        Exception? refusal = await Record.ExceptionAsync(async () => (await running.ConnectAsync(origin)).Dispose());

        Assert.Equal(isServed, refusal is null);
    }

    [Fact]
    public async Task Where_no_origin_is_named_a_page_of_any_may_connect_and_nothing_is_said_of_cors()
    {
        await using RunningListener running = await RunningListener.StartAsync();
        (await running.ConnectAsync("https://anywhere.example")).Dispose();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{running.Address}/");
        request.Headers.Add("Origin", "https://anywhere.example");

        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    public async Task A_message_may_come_in_pieces_the_last_of_which_may_be_empty()
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await socket.SendAsync(BindingRequest[..5], WebSocketMessageType.Binary, false, TestContext.Current.CancellationToken);
            await socket.SendAsync(BindingRequest[5..], WebSocketMessageType.Binary, false, TestContext.Current.CancellationToken);
            await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
            Assert.Equal([1, 1], (await ReceiveAsync(socket))[..2]);
        }
    }

    [Theory]
    [InlineData("a text", WebSocketMessageType.Text, 20)]
    [InlineData("an empty message", WebSocketMessageType.Binary, 0)]
    [InlineData("half a header", WebSocketMessageType.Binary, 3)]
    [InlineData("half a message", WebSocketMessageType.Binary, 12)]
    [InlineData("a message and more", WebSocketMessageType.Binary, 40)]
    [InlineData("more than a stranger may send", WebSocketMessageType.Binary, 60_000)]
    public async Task What_is_not_one_frame_ends_the_connection_with_a_count(string what, WebSocketMessageType type, int length)
    {
        await using RunningListener running = await RunningListener.StartAsync();
        using ClientWebSocket bystander = await running.ConnectAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        byte[] message = new byte[length];
        if (type == WebSocketMessageType.Binary) BindingRequest.AsSpan(0, Math.Min(length, BindingRequest.Length)).CopyTo(message);
        if (length > 10_000) (message[2], message[3]) = ((byte)((length - 20) >> 8), (byte)(length - 20));
        await socket.SendAsync(message, type, true, TestContext.Current.CancellationToken);

        await Eventually(() => running.Server.StreamCounters!.Closed(StreamCloseReason.BadFrame) == 1);
        Assert.True(await EndsAsync(socket), what);
        await bystander.SendAsync(BindingRequest, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal([1, 1], (await ReceiveAsync(bystander))[..2]);
    }

    [Theory]
    [InlineData(false, "garbage\r\n\r\n")]
    [InlineData(false, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\nSec-WebSocket-Key: x\r\n\r\n")]
    [InlineData(false, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData(true, "garbage\r\n\r\n")]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: webso")]
    public async Task A_connection_that_becomes_no_websocket_in_time_is_closed_and_counted(bool isSecure, string text)
    {
        await using RunningListener running = await RunningListener.StartAsync(
            isSecure, configure: options => options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1));
        using var socket = new TcpClient();
        await socket.ConnectAsync(running.Address.ToIPEndPoint(), TestContext.Current.CancellationToken);
        await socket.Client.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        socket.Client.Shutdown(text.Contains("webso", StringComparison.Ordinal) ? SocketShutdown.Receive : SocketShutdown.Send);

        await Eventually(() => running.Server.StreamCounters!.FailedUpgrades(UpgradeFailure.WebSocket) == 1);
    }

    [Fact]
    public async Task A_websocket_that_says_nothing_is_closed_by_the_deadline()
    {
        await using RunningListener running = await RunningListener.StartAsync(configure: options => options.Streams.FirstFrameTimeout = RunningListener.ShortDeadline);
        using ClientWebSocket socket = await running.ConnectAsync();

        Assert.True(await EndsAsync(socket));
        await Eventually(() => running.Server.StreamCounters!.Closed(StreamCloseReason.FirstFrameDeadline) == 1);
    }

    [Fact]
    public async Task Behind_a_proxy_the_client_is_who_the_header_names()
    {
        await using RunningListener running = await RunningListener.StartAsync(configure: options => options.ProxyFrom.Add("127.0.0.0/8"));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(running.Address.ToIPEndPoint(), TestContext.Current.CancellationToken);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync("PROXY TCP4 203.0.113.9 198.51.100.1 4711 80\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await ReadHeadAsync(stream);
        using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions());
        await socket.SendAsync(BindingRequest, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(await ReceiveAsync(socket), out StunMessage answer));
        Assert.True(answer.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(TransportAddress.Parse("203.0.113.9:4711"), mapped);
    }

    [Fact]
    public async Task A_proxy_that_sends_no_header_is_turned_away_and_counted()
    {
        await using RunningListener running = await RunningListener.StartAsync(configure: options => options.ProxyFrom.Add("127.0.0.0/8"));

        await Assert.ThrowsAsync<WebSocketException>(() => running.ConnectAsync());

        await Eventually(() => running.Server.StreamCounters!.FailedUpgrades(UpgradeFailure.ProxyHeader) == 1);
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

    private static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        byte[] buffer = new byte[65_535];
        int length = 0;
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
            Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
            length += result.Count;
            if (result.EndOfMessage) return buffer[..length];
        }
    }

    private static async Task<bool> EndsAsync(WebSocket socket)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(new byte[1000].AsMemory(), deadline.Token);
            }
            while (result.MessageType != WebSocketMessageType.Close);
            return true;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Yield().AsTask(deadline.Token);
    }
}
