using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Server.Tests;

public sealed class NatDiscoveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(ChangeRequest.None)]
    [InlineData(ChangeRequest.Port)]
    [InlineData(ChangeRequest.Address)]
    [InlineData(ChangeRequest.Address | ChangeRequest.Port)]
    public async Task Every_worker_answers_from_each_of_two_addresses_and_two_ports(ChangeRequest change)
    {
        await using TurnServer server = await TestServer.StartAsync(Options(workers: 2));
        TransportAddress[] sockets = Sockets(server);

        // Enough clients for both workers.
        for (int i = 0; i < 16; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            (TransportAddress from, TransportAddress origin, TransportAddress other) = await AskAsync(client, sockets[0], change);

            Assert.Equal(sockets[(int)change >> 1], from);
            Assert.Equal(from, origin);
            Assert.Equal(sockets[3], other);
        }
    }

    [Fact]
    public async Task Both_addresses_have_the_same_two_ports()
    {
        await using TurnServer server = await TestServer.StartAsync(Options());
        TransportAddress[] sockets = Sockets(server);

        Assert.Equal(4, sockets.Distinct().Count());
        Assert.Equal(2, sockets.Select(socket => socket.Port).Distinct().Count());
    }

    [Fact]
    public async Task It_is_off_unless_asked_for()
    {
        TurnServerOptions options = Options();
        options.NatDiscovery = false;
        await using TurnServer server = await TestServer.StartAsync(options);

        Assert.Empty(server.DiscoveryEndpoints);
    }

    [Theory]
    [InlineData("udp://127.0.0.1:0", "tcp://127.0.0.2:0")]
    [InlineData("udp://127.0.0.1:0", "udp://127.0.0.1:0")]
    [InlineData("udp://0.0.0.0:0", "udp://127.0.0.2:0")]
    [InlineData("udp://127.0.0.1:0", "udp://[::1]:0")]
    [InlineData("udp://127.0.0.1:4000", "udp://127.0.0.2:4001")]
    [InlineData("udp://127.0.0.1:65535", "udp://127.0.0.2:65535")]
    public async Task Without_two_UDP_listeners_on_two_addresses_with_one_port_the_option_is_named(string first, string second)
    {
        TurnServerOptions options = TestServer.Options();
        options.NatDiscovery = true;
        options.Listeners.Clear();
        options.Listeners.Add(ListenEndpoint.Parse(first));
        options.Listeners.Add(ListenEndpoint.Parse(second));
        await using var server = new TurnServer(options);

        var mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => server.StartAsync());

        Assert.Equal("NatDiscovery", mistake.Option);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    private static TurnServerOptions Options(int workers = 1)
    {
        TurnServerOptions options = TestServer.Options(workers);
        options.NatDiscovery = true;
        options.Listeners.Add(ListenEndpoint.Parse("udp://127.0.0.2:0"));
        return options;
    }

    // Bit 0 of the index is the port, bit 1 the address.
    private static TransportAddress[] Sockets(TurnServer server)
    {
        ListenEndpoint[] primary = [.. server.Endpoints.Where(endpoint => endpoint.Transport == ListenTransport.Udp)];
        return [primary[0].Address, server.DiscoveryEndpoints[0].Address, primary[1].Address, server.DiscoveryEndpoints[1].Address];
    }

    private static async Task<(TransportAddress From, TransportAddress Origin, TransportAddress Other)> AskAsync(
        Socket client, TransportAddress server, ChangeRequest change)
    {
        byte[] buffer = new byte[2048];
        await client.SendToAsync(buffer.AsMemory(0, WriteRequest(buffer, change)), server.ToIPEndPoint());
        using var deadline = new CancellationTokenSource(Patience);
        SocketReceiveFromResult received = await client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), deadline.Token);

        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(buffer.AsSpan(0, received.ReceivedBytes), out StunMessage answer));
        Assert.True(answer.TryGetAddress(StunAttributeType.ResponseOrigin, out TransportAddress origin));
        Assert.True(answer.TryGetAddress(StunAttributeType.OtherAddress, out TransportAddress other));
        return (TransportAddress.From((IPEndPoint)received.RemoteEndPoint), origin, other);
    }

    private static int WriteRequest(byte[] buffer, ChangeRequest change)
    {
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, TransactionId.Create(RandomSource.System));
        writer.AddChangeRequest(change);
        return writer.Finish();
    }
}
