using System.Text;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

/// <summary>RFC 9110 section 9.3.6; RFC 1928 and RFC 1929.</summary>
public sealed class ProxiedNetworkTests
{
    private static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478"), NewServer = TransportAddress.Parse("[2001:db8::1]:5349");

    [Fact]
    public async Task HTTP_is_asked_for_a_tunnel_and_what_follows_is_the_tunnel_s()
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            Assert.Equal(
                "CONNECT 192.0.2.1:3478 HTTP/1.1\r\nHost: 192.0.2.1:3478\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n", await ReadHeadAsync(stream));
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nhello"u8.ToArray());
        });

        await AssertHelloAsync(proxy.Network(ProxyKind.Http, "user", "pass"), Server);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", NetworkStatus.Denied)]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", NetworkStatus.Denied)]
    [InlineData("HTTP/1.0 502 Bad Gateway\r\n\r\n", NetworkStatus.Unreachable)]
    [InlineData("HTTP/1.1 504 Gateway Timeout\r\n\r\n", NetworkStatus.TimedOut)]
    [InlineData("HTTP/1.1 302 Found\r\n\r\n", NetworkStatus.Failed)]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", NetworkStatus.Failed)]
    [InlineData("HTTP/1.1\r\n\r\n", NetworkStatus.Failed)]
    [InlineData("HTTP/1.1 200 OK\r\n", NetworkStatus.Failed)]
    [InlineData("", NetworkStatus.Failed)]
    public async Task What_else_an_HTTP_proxy_says_is_a_status(string answer, NetworkStatus expected)
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ReadHeadAsync(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        });

        Assert.Equal(expected, (await proxy.Network(ProxyKind.Http).ConnectAsync(default, Server)).Status);
    }

    [Fact]
    public async Task An_HTTP_proxy_that_talks_without_end_is_left()
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ReadHeadAsync(stream);
            while (true) await stream.WriteAsync("HTTP/1.1 200 OK and on and on"u8.ToArray());
        });

        Assert.Equal(NetworkStatus.Failed, (await proxy.Network(ProxyKind.Http).ConnectAsync(default, Server)).Status);
    }

    [Fact]
    public async Task SOCKS_is_asked_without_credentials()
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ExpectAsync(stream, [5, 1, 0]);
            await stream.WriteAsync((byte[])[5, 0]);
            await ExpectAsync(stream, [5, 1, 0, 1, 192, 0, 2, 1, 0x0D, 0x96]);
            await stream.WriteAsync((byte[])[5, 0, 0, 1, 10, 0, 0, 1, 0x12, 0x34, .. "hello"u8]);
        });

        await AssertHelloAsync(proxy.Network(ProxyKind.Socks5), Server);
    }

    [Fact]
    public async Task SOCKS_is_asked_with_credentials_for_IPv6_and_may_answer_with_a_name()
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ExpectAsync(stream, [5, 2, 0, 2]);
            await stream.WriteAsync((byte[])[5, 2]);
            await ExpectAsync(stream, [1, 4, .. "user"u8, 4, .. "pass"u8]);
            await stream.WriteAsync((byte[])[1, 0]);
            await ExpectAsync(stream, [5, 1, 0, 4, 0x20, 0x01, 0x0D, 0xB8, .. new byte[11], 1, 0x14, 0xE5]);
            await stream.WriteAsync((byte[])[5, 0, 0, 3, 2, .. "me"u8, 0x12, 0x34, .. "hello"u8]);
        });

        await AssertHelloAsync(proxy.Network(ProxyKind.Socks5, "user", "pass"), NewServer);
    }

    [Theory]
    [InlineData(1, NetworkStatus.Failed)]
    [InlineData(2, NetworkStatus.Denied)]
    [InlineData(3, NetworkStatus.Unreachable)]
    [InlineData(4, NetworkStatus.Unreachable)]
    [InlineData(5, NetworkStatus.Refused)]
    [InlineData(6, NetworkStatus.TimedOut)]
    [InlineData(8, NetworkStatus.AddressNotAvailable)]
    [InlineData(99, NetworkStatus.Failed)]
    public async Task What_else_a_SOCKS_proxy_says_is_a_status(byte reply, NetworkStatus expected)
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ExpectAsync(stream, [5, 1, 0]);
            await stream.WriteAsync((byte[])[5, 0]);
            await ExpectAsync(stream, [5, 1, 0, 1, 192, 0, 2, 1, 0x0D, 0x96]);
            await stream.WriteAsync((byte[])[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);
        });

        Assert.Equal(expected, (await proxy.Network(ProxyKind.Socks5).ConnectAsync(default, Server)).Status);
    }

    [Theory]
    [InlineData(new byte[] { 5, 0xFF }, NetworkStatus.Denied)]
    [InlineData(new byte[] { 5, 2 }, NetworkStatus.Denied)] // credentials, of which there are none
    [InlineData(new byte[] { 4, 0 }, NetworkStatus.Failed)]
    [InlineData(new byte[] { 5 }, NetworkStatus.Failed)]
    public async Task A_SOCKS_proxy_that_wants_something_else_is_left(byte[] answer, NetworkStatus expected)
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ExpectAsync(stream, [5, 1, 0]);
            await stream.WriteAsync(answer);
        });

        Assert.Equal(expected, (await proxy.Network(ProxyKind.Socks5).ConnectAsync(default, Server)).Status);
    }

    [Fact]
    public async Task A_wrong_password_is_told()
    {
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ExpectAsync(stream, [5, 2, 0, 2]);
            await stream.WriteAsync((byte[])[5, 2]);
            await ExpectAsync(stream, [1, 4, .. "user"u8, 5, .. "wrong"u8]);
            await stream.WriteAsync((byte[])[1, 1]);
        });

        Assert.Equal(NetworkStatus.Denied, (await proxy.Network(ProxyKind.Socks5, "user", "wrong").ConnectAsync(default, Server)).Status);
    }

    [Fact]
    public async Task A_proxy_that_is_silent_is_left_when_the_caller_gives_up()
    {
        using var cancel = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        await using var proxy = new ScriptedProxy(async stream =>
        {
            await ReadHeadAsync(stream);
            reached.SetResult();
            await stream.ReadExactlyAsync(new byte[1]);
        });
        Task<NetworkResult<TcpConnection>> connecting = proxy.Network(ProxyKind.Http).ConnectAsync(default, Server, cancel.Token).AsTask();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Theory]
    [InlineData(ProxyKind.Http, "us:er", "pass")]
    [InlineData(ProxyKind.Socks5, "", "pass")]
    [InlineData(ProxyKind.Socks5, "user", null)]
    public void Credentials_that_can_t_be_said_are_misuse(ProxyKind kind, string user, string? password) => Assert.Throws<ArgumentException>(
        () => new ProxiedNetwork(SystemNetwork.Instance, new ProxySettings(kind, Server) { User = user, Password = password ?? new string('x', 256) }));

    [Fact]
    public void A_password_is_not_shown() =>
        Assert.DoesNotContain("secret", new ProxySettings(ProxyKind.Http, Server) { User = "user", Password = "secret" }.ToString(), StringComparison.Ordinal);

    private static async Task AssertHelloAsync(ProxiedNetwork network, TransportAddress remote)
    {
        NetworkResult<TcpConnection> result = await network.ConnectAsync(default, remote);
        Assert.Equal(NetworkStatus.Ok, result.Status);
        await using TcpConnection connection = result.Value!;
        byte[] buffer = new byte[5];
        await connection.Stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("hello"u8, buffer);
        Assert.Equal(remote, connection.RemoteAddress);
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task ExpectAsync(Stream stream, byte[] expected)
    {
        byte[] bytes = new byte[expected.Length];
        await stream.ReadExactlyAsync(bytes);
        Assert.Equal(expected, bytes);
    }
}
