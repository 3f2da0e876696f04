using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Traversal.Primitives;
using Traversal.Transport.Streams;
using Traversal.Turn;

namespace Traversal.Server.Tests.Tls;

public sealed class TlsListenerTests : IDisposable
{
    private static readonly ChannelNumber Channel = new(0x4000);

    private readonly TestCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    // RFC8656-5-9
    [Theory]
    [InlineData(SslProtocols.Tls12, ListenTransport.Tls)]
    [InlineData(SslProtocols.Tls13, ListenTransport.Tls)]
    [InlineData(SslProtocols.Tls13, ListenTransport.Tcp)]
    [InlineData(SslProtocols.None, ListenTransport.Tcp)]
    public async Task Data_is_relayed_over_tls_and_on_one_port_with_plain_tcp(SslProtocols protocol, ListenTransport transport)
    {
        await using TurnServer server = await StartAsync();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ListenEndpoint endpoint = server.Endpoints.First(listener => listener.Transport == transport);
        using TurnTestClient client = protocol == SslProtocols.None
            ? await TurnTestClient.ConnectAsync(endpoint)
            : TurnTestClient.Over(await TlsTestClient.ConnectAsync(endpoint, protocol));
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (int length in new[] { 1, 160, 1200, 9000, 40_000 })
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);
            await client.SendAsync(TurnTestClient.ChannelMessage(Channel, data));

            byte[] received = new byte[65_535];
            SocketReceiveFromResult arrival = await peer.ReceiveFromAsync(received, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
            Assert.Equal(data, received[..arrival.ReceivedBytes]);
            await peer.SendToAsync(received.AsMemory(0, length), SocketFlags.None, arrival.RemoteEndPoint);
            byte[]? frame = await client.ReceiveAsync();
            Assert.NotNull(frame);
            Assert.Equal(data, frame[ChannelData.HeaderLength..]);
        }
    }

    [Theory]
    [InlineData(new[] { "stun.turn" }, "stun.turn")]
    [InlineData(new[] { "stun.nat-discovery" }, "stun.nat-discovery")]
    [InlineData(new[] { "h2", "stun.nat-discovery", "stun.turn" }, "stun.turn")]
    [InlineData(new string[0], "")]
    public async Task The_application_protocol_is_turn_or_nat_discovery_or_not_named(string[] offered, string agreed)
    {
        await using TurnServer server = await StartAsync();
        await using SslStream tls = await TlsTestClient.ConnectAsync(server.Tls(), SslProtocols.None, offered);

        Assert.Equal(agreed, tls.NegotiatedApplicationProtocol.ToString());
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_client_that_offers_only_other_application_protocols_is_refused(SslProtocols protocol)
    {
        await using TurnServer server = await StartAsync();

        await Assert.ThrowsAsync<AuthenticationException>(() => TlsTestClient.ConnectAsync(server.Tls(), protocol, "h2", "http/1.1"));

        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == 1);
    }

    // Alerts: handshake_failure and protocol_version (RFC 8446 section 6).
    // RFC8656-3.1-1, RFC8489-16-1
    [Theory]
    [InlineData(0x0300, 40)]
    [InlineData(0x0301, 70)]
    [InlineData(0x0302, 70)]
    public async Task Versions_before_1_2_are_refused_with_an_alert(int version, byte alert)
    {
        await using TurnServer server = await StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Tls().Address.ToIPEndPoint());
        await socket.SendAsync(ClientHello((ushort)version));

        byte[] answer = new byte[100];
        int length = await socket.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal([21, 2, alert], length == 7 ? [answer[0], answer[5], answer[6]] : []);
        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == 1);
    }

    [Theory]
    [InlineData("plain STUN", new byte[] { 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    [InlineData("HTTP", new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ', (byte)'/', 13, 10, 13, 10 })]
    [InlineData("a handshake record of garbage", new byte[] { 22, 3, 1, 0, 8, 1, 0, 0, 4, 9, 9, 9, 9 })]
    [InlineData("a record longer than there are", new byte[] { 22, 3, 1, 0xFF, 0xFF, 1, 0, 0, 4, 9, 9, 9, 9 })]
    [InlineData("a record of another type", new byte[] { 23, 3, 3, 0, 1, 0 })]
    public async Task What_is_no_handshake_ends_that_connection_with_a_count_and_nothing_else(string what, byte[] bytes)
    {
        await using TurnServer server = await StartAsync();
        using TurnTestClient bystander = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls()));
        Assert.Equal(0, await bystander.AllocateAsync());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Tls().Address.ToIPEndPoint());
        await socket.SendAsync(bytes);

        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.Handshake) == 1);
        Assert.True(await EndsAsync(socket), what);
        Assert.Equal(437, await bystander.AllocateAsync());
        Assert.Equal(1, server.StreamCounters!.Open);
    }

    [Fact]
    public async Task Handshakes_beyond_the_rate_are_turned_away_and_counted()
    {
        TurnServerOptions options = Options();
        options.Streams.HandshakesPerSecond = 2;
        await using TurnServer server = await TestServer.StartAsync(options);
        int refused = 0;
        for (int i = 0; i < 20 && refused == 0; i++)
        {
            try
            {
                await using SslStream tls = await TlsTestClient.ConnectAsync(server.Tls());
            }
            catch (IOException)
            {
                refused++;
            }
        }

        Assert.Equal(1, refused);
        Assert.Equal(1, server.StreamCounters!.FailedUpgrades(UpgradeFailure.HandshakeRate));
    }

    [Fact]
    public async Task A_client_on_tls_that_leaves_takes_its_allocation_along()
    {
        await using TurnServer server = await StartAsync();
        using (TurnTestClient client = TurnTestClient.Over(await TlsTestClient.ConnectAsync(server.Tls())))
        {
            Assert.Equal(0, await client.AllocateAsync());
            await RelayingTests.Eventually(() => server.Allocations == 1);
        }

        await RelayingTests.Eventually(() => server.Allocations == 0 && server.StreamCounters!.Open == 0);
    }

    private TurnServerOptions Options()
    {
        TurnServerOptions options = TestServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0"));
        options.CertificateFile = _certificate.CertificateFile;
        options.KeyFile = _certificate.KeyFile;
        return options;
    }

    private Task<TurnServer> StartAsync() => TestServer.StartAsync(Options());

    private static async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            byte[] answer = new byte[1000];
            while (await socket.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(20)) > 0)
            {
                // An alert.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    // A ClientHello (RFC 5246 section 7.4.1.2) of a client that has nothing newer than this version.
    private static byte[] ClientHello(ushort version)
    {
        byte[] body = [(byte)(version >> 8), (byte)version, .. new byte[32], 0, 0, 4, 0x00, 0x2F, 0xC0, 0x14, 1, 0];
        return [22, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }
}
