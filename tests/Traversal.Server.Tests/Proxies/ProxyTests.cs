using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Traversal.Primitives;
using Traversal.Server.Tests.Tls;
using Traversal.Stun;
using Traversal.Transport.Streams;
using Traversal.Turn;

namespace Traversal.Server.Tests.Proxies;

/// <summary>Clients behind a proxy that says where they are.</summary>
public sealed class ProxyTests
{
    private static readonly ChannelNumber Channel = new(0x4000);
    private static readonly byte[] Alice = Header(203, 0, 113, 9), Bob = Header(203, 0, 113, 10);
    private static readonly TransportAddress AliceAddress = TransportAddress.Parse("203.0.113.9:4711");

    [Theory]
    [InlineData(ListenTransport.Udp)]
    [InlineData(ListenTransport.Tcp)]
    [InlineData(ListenTransport.Tls)]
    public async Task A_client_is_told_the_address_that_the_proxy_names_and_relays(ListenTransport transport)
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8");
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TurnTestClient client = await ConnectAsync(server, transport);

        Assert.Equal(AliceAddress, MappedAddress(await client.BindingAsync()));
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));
        await client.SendAsync(TurnTestClient.ChannelMessage(Channel, "ping"u8));
        byte[] received = new byte[100];
        SocketReceiveFromResult arrival = await peer.ReceiveFromAsync(received, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("ping"u8.ToArray(), received[..arrival.ReceivedBytes]);
        await peer.SendToAsync("pong"u8.ToArray(), SocketFlags.None, arrival.RemoteEndPoint);
        byte[]? frame = await client.ReceiveAsync();
        Assert.Equal("pong"u8.ToArray(), frame?[ChannelData.HeaderLength..]);
    }

    [Fact]
    public async Task Quotas_count_the_clients_and_not_the_proxy()
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8", options => options.Relay.MaxAllocationsPerSource = 1);
        using TurnTestClient first = await ConnectAsync(server, ListenTransport.Udp);
        using TurnTestClient second = await ConnectAsync(server, ListenTransport.Udp);
        using TurnTestClient other = await ConnectAsync(server, ListenTransport.Udp);
        other.DatagramHeader = Bob;

        Assert.Equal(0, await first.AllocateAsync());
        Assert.Equal((int)StunErrorCode.AllocationQuotaReached, await second.AllocateAsync());
        Assert.Equal(0, await other.AllocateAsync());
        Assert.Equal(0, await first.RefreshAsync(lifetimeSeconds: 0));
        Assert.Equal(0, await second.AllocateAsync());
    }

    [Fact]
    public async Task A_proxy_that_uses_its_port_for_another_client_ends_the_allocation_of_the_one_before()
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8");
        using TurnTestClient client = await ConnectAsync(server, ListenTransport.Udp);
        Assert.Equal(0, await client.AllocateAsync());
        await RelayingTests.Eventually(() => server.Allocations == 1);

        client.DatagramHeader = Bob;
        await client.SendAsync(TurnTestClient.ChannelMessage(Channel, "not mine"u8));

        await RelayingTests.Eventually(() => server.Allocations == 0);
    }

    [Fact]
    public async Task A_datagram_without_its_header_is_dropped_and_counted()
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8");
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        byte[] request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        foreach (byte[] bad in new[] { request, Alice[..20], [.. Alice[..13], 0x99, .. Alice[14..], .. request], [.. Alice[..14], 0xFF, 0xFF, .. Alice[16..], .. request] })
        {
            await client.SendAsync(bad);
        }

        await RelayingTests.Eventually(() => server.BadProxyHeaders == 4);
        client.DatagramHeader = Alice;
        Assert.Equal(AliceAddress, MappedAddress(await client.BindingAsync()));
    }

    [Theory]
    [InlineData(ListenTransport.Tcp)]
    [InlineData(ListenTransport.Tls)]
    public async Task A_connection_without_its_header_is_closed_and_counted(ListenTransport transport)
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Endpoint(server, transport).Address.ToIPEndPoint());
        await socket.SendAsync(new byte[] { 22, 3, 1, 0, 100 });

        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.ProxyHeader) == 1);
    }

    [Fact]
    public async Task From_elsewhere_a_header_is_never_believed()
    {
        await using TurnServer server = await StartAsync("10.0.0.0/8");
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        client.DatagramHeader = Alice;
        await client.SendAsync(new byte[] { 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });
        client.DatagramHeader = [];

        Assert.True(MappedAddress(await client.BindingAsync()).IsLoopback);
        Assert.Equal(0, server.BadProxyHeaders);
    }

    [Fact]
    public async Task What_is_no_network_is_a_mistake_that_is_named()
    {
        TurnServerOptionsException mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => StartAsync("10.0.0.0/99"));

        Assert.Equal("ProxyFrom", mistake.Option);
    }

    private static Task<TurnServer> StartAsync(string proxies, Action<TurnServerOptions>? configure = null)
    {
        TurnServerOptions options = TestServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0"));
        options.ProxyFrom.Add(proxies);
        configure?.Invoke(options);
        return TestServer.StartAsync(options);
    }

    private static async Task<TurnTestClient> ConnectAsync(TurnServer server, ListenTransport transport)
    {
        ListenEndpoint endpoint = Endpoint(server, transport);
        if (transport == ListenTransport.Tls) return TurnTestClient.Over(await TlsTestClient.ConnectAsync(endpoint, SslProtocols.None, Alice));

        TurnTestClient client = await TurnTestClient.ConnectAsync(endpoint);
        if (transport == ListenTransport.Udp)
        {
            client.DatagramHeader = Alice;
        }
        else
        {
            await client.SendAsync(Alice);
        }

        return client;
    }

    private static ListenEndpoint Endpoint(TurnServer server, ListenTransport transport) => server.Endpoints.First(listener => listener.Transport == transport);

    private static TransportAddress MappedAddress(byte[] answer)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(answer, out StunMessage message));
        Assert.True(message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        return mapped;
    }

    // PROXY protocol version 2: a client at this address and port 4711 that reached 198.51.100.1:3478.
    private static byte[] Header(params byte[] source) =>
        [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x12, 0, 12, .. source, 198, 51, 100, 1, 0x12, 0x67, 0x0D, 0x96];
}
