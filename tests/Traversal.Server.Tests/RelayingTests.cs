using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

public sealed class RelayingTests
{
    private static readonly ChannelNumber Channel = new(0x4000);

    [Theory]
    [InlineData(ListenTransport.Udp, 1)]
    [InlineData(ListenTransport.Tcp, 1)]
    [InlineData(ListenTransport.Udp, 2)]
    [InlineData(ListenTransport.Tcp, 2)]
    public async Task Data_goes_to_a_peer_and_back_whatever_its_length(ListenTransport transport, int workers)
    {
        await using TurnServer server = await TestServer.StartAsync(TestServer.Options(workers));
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TurnTestClient client = await TurnTestClient.ConnectAsync(transport == ListenTransport.Udp ? server.Udp() : server.Tcp());
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (int length in new[] { 1, 2, 3, 4, 160, 1200, 9000 })
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);
            await client.SendAsync(TurnTestClient.ChannelMessage(Channel, data));

            byte[] received = new byte[65_535];
            SocketReceiveFromResult arrival = await peer.ReceiveFromAsync(received, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
            Assert.Equal(data, received[..arrival.ReceivedBytes]);
            Assert.Equal(client.Relayed, TransportAddress.From((IPEndPoint)arrival.RemoteEndPoint));

            await peer.SendToAsync(received.AsMemory(0, length), SocketFlags.None, arrival.RemoteEndPoint);
            byte[]? frame = await client.ReceiveAsync();
            Assert.NotNull(frame);
            Assert.Equal(data, frame[ChannelData.HeaderLength..]);
        }
    }

    [Fact]
    public async Task A_wrong_password_gets_401()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp(), password: "wrong");

        Assert.Equal(401, await client.AllocateAsync());
        Assert.Equal(0, server.Allocations);
    }

    [Fact]
    public async Task A_client_on_tcp_that_leaves_takes_its_allocation_along()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using (TurnTestClient client = await TurnTestClient.ConnectAsync(server.Tcp()))
        {
            Assert.Equal(0, await client.AllocateAsync());
            await Eventually(() => server.Allocations == 1);
        }

        await Eventually(() => server.Allocations == 0);
    }

    [Fact]
    public async Task Two_clients_reach_each_other_by_their_relayed_addresses()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient first = await TurnTestClient.ConnectAsync(server.Udp());
        using TurnTestClient second = await TurnTestClient.ConnectAsync(server.Tcp());
        Assert.Equal(0, await first.AllocateAsync());
        Assert.Equal(0, await second.AllocateAsync());
        Assert.Equal(0, await first.BindAsync(Channel, second.Relayed));
        Assert.Equal(0, await second.BindAsync(Channel, first.Relayed));

        await first.SendAsync(TurnTestClient.ChannelMessage(Channel, "hello"u8));

        byte[]? frame = await second.ReceiveAsync();
        Assert.NotNull(frame);
        Assert.True("hello"u8.SequenceEqual(frame.AsSpan(ChannelData.HeaderLength)));
    }

    [Fact]
    public async Task The_servers_own_listener_is_no_peer()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, await client.AllocateAsync());

        Assert.Equal(403, await client.BindAsync(Channel, server.Udp().Address));
    }

    [Fact]
    public async Task Draining_refuses_new_allocations_and_waits_for_the_live_ones()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient live = await TurnTestClient.ConnectAsync(server.Udp());
        using TurnTestClient late = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, await live.AllocateAsync());
        await Eventually(() => server.Allocations == 1);

        Task stopping = server.StopAsync();
        int refused = await late.AllocateAsync();
        Assert.False(stopping.IsCompleted);
        Assert.Equal(0, await live.RefreshAsync(lifetimeSeconds: 0));
        await stopping;

        Assert.Equal(508, refused);
    }

    [Fact]
    public async Task Garbage_is_counted_and_the_server_lives_on()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        var random = new Random(20261121);
        byte[] garbage = new byte[65_507];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(garbage);
            await client.SendAsync(garbage.AsMemory(0, i % 10 == 0 ? random.Next(garbage.Length) : random.Next(64)));
        }

        Assert.Equal(0, TurnTestClient.ErrorOf(await client.BindingAsync()));
        Assert.True(server.Count(RelayCounter.DroppedMalformed) > 0);
    }

    [Fact]
    public async Task A_stream_of_another_protocol_is_closed()
    {
        await using TurnServer server = await TestServer.StartAsync();
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Tcp());

        // The beginning of a TLS handshake.
        await client.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03 });

        Assert.Null(await Closing(client));
    }

    private static async Task<byte[]?> Closing(TurnTestClient client)
    {
        try
        {
            return await client.ReceiveAsync();
        }
        catch (IOException)
        {
            return null; // A reset closes too.
        }
    }

    internal static async Task Eventually(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition()) await Task.Yield().AsTask(deadline.Token);
    }
}
