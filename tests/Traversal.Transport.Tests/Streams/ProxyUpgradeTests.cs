using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;
using Traversal.Transport.Proxies;
using Traversal.Transport.Streams;
using Traversal.Transport.Tests.Proxies;

namespace Traversal.Transport.Tests.Streams;

public sealed class ProxyUpgradeTests
{
    private const string Client = "203.0.113.9:4711";

    public static TheoryData<byte[]> Headers =>
    [
        Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.9 198.51.100.1 4711 3478\r\n"),
        ProxyHeaders.WithChecksum(ProxyHeaders.Binary(Client, "198.51.100.1:3478")),
    ];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task The_client_is_who_the_header_names_and_its_frames_follow_wherever_the_bytes_are_cut(byte[] header)
    {
        await using StreamHarness harness = CreateHarness("127.0.0.0/8");
        byte[] bytes = [.. header, .. StreamHarness.Frame("hello")];
        for (int cut = 1; cut < bytes.Length; cut += cut < header.Length + 2 ? 5 : 100)
        {
            using Socket client = await harness.ConnectAsync();
            await client.SendAsync(bytes.AsMemory(0, cut), TestContext.Current.CancellationToken);
            await client.SendAsync(bytes.AsMemory(cut), TestContext.Current.CancellationToken);

            StreamConnection connection = await harness.TakeAsync();
            while (StreamHarness.ReadAll(connection) is [])
            {
                connection.Release(); // The end of the one before.
                connection = await harness.TakeAsync();
            }

            Assert.Equal(Client, connection.Remote.ToString());
            connection.Release();
        }
    }

    [Theory]
    [InlineData("PROXY NONSENSE\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\nnonsense and more of it")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\0\0hello")]
    public async Task What_does_not_begin_with_a_header_is_closed_and_counted(string text)
    {
        await using StreamHarness harness = CreateHarness("127.0.0.0/8");
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

        Assert.True(await StreamHarness.IsClosedAsync(client));
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.FailedUpgrades(UpgradeFailure.ProxyHeader) == 1, "it is counted");
        Assert.Equal(0, harness.Edge.Counters.Accepted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_header_that_does_not_come_to_its_end_is_closed_and_counted(bool leaves)
    {
        await using StreamHarness harness = CreateHarness("127.0.0.0/8");
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync("PROXY TCP4 203.0.113.9"u8.ToArray(), TestContext.Current.CancellationToken);
        if (leaves) client.Shutdown(SocketShutdown.Send);

        // Virtual time does not move unless the test moves it; the accept is not to be overtaken.
        await StreamHarness.UntilAsync(
            () =>
            {
                if (!leaves) harness.Time.Advance(TimeSpan.FromSeconds(1));
                return harness.Edge.Counters.FailedUpgrades(UpgradeFailure.ProxyHeader) == 1;
            },
            "it is counted");
        Assert.True(await StreamHarness.IsClosedAsync(client));
    }

    [Fact]
    public async Task From_elsewhere_a_header_is_bytes_like_any_others()
    {
        await using StreamHarness harness = CreateHarness("10.0.0.0/8");
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync((byte[])[.. "PROXY TCP4 203.0.113.9 198.51.100.1 4711 3478\r\n"u8, .. StreamHarness.Frame("hello")], TestContext.Current.CancellationToken);
        using Socket honest = await harness.ConnectAsync();
        await honest.SendAsync(StreamHarness.Frame("hello"), TestContext.Current.CancellationToken);

        StreamConnection connection = await harness.TakeAsync();
        Assert.Equal(honest.LocalEndPoint!.ToString(), connection.Remote.ToString());
        connection.Release();
        Assert.Equal(0, harness.Edge.Counters.FailedUpgrades(UpgradeFailure.ProxyHeader));
    }

    [Fact]
    public async Task Clients_behind_a_proxy_count_by_their_own_addresses()
    {
        await using StreamHarness harness = CreateHarness("127.0.0.0/8", new StreamOptions { MaxConnectionsPerSource = 1 });
        var sockets = new List<Socket>();
        foreach (string source in new[] { "203.0.113.1:1", "203.0.113.2:1", "203.0.113.1:2" })
        {
            Socket socket = await harness.ConnectAsync();
            await socket.SendAsync(ProxyHeaders.Binary(source, "198.51.100.1:3478"), TestContext.Current.CancellationToken);
            sockets.Add(socket);
        }

        await StreamHarness.UntilAsync(() => harness.Edge.Counters.RefusedBySource == 1, "the second from one source is refused");
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Open == 2, "one of each is open");
        sockets.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("198.51.100.7:1", UpgradeFailure.ProxyHeader)]
    [InlineData("127.0.0.1:1", UpgradeFailure.None)]
    public async Task A_proxy_elsewhere_cannot_make_a_client_one_of_loopback(string proxy, UpgradeFailure expected)
    {
        Assert.True(TrustedProxies.TryCreate(["0.0.0.0/0"], out TrustedProxies proxies, out _));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using Socket accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.Client.SendAsync(ProxyHeaders.Binary("127.0.0.1:4711", "127.0.0.2:3478"), TestContext.Current.CancellationToken);

        StreamUpgrade upgrade = await new ProxyUpgrade(proxies, next: null).UpgradeAsync(
            accepted, default, TransportAddress.Parse(proxy), TestContext.Current.CancellationToken);
        Assert.Equal(expected, upgrade.Failure);
    }

    private static StreamHarness CreateHarness(string network, StreamOptions? options = null)
    {
        Assert.True(TrustedProxies.TryCreate([network], out TrustedProxies proxies, out _));
        return new StreamHarness(options, _ => new ProxyUpgrade(proxies, next: null));
    }
}
