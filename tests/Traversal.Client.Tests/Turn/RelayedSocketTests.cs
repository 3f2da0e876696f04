using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Tests.Turn;

/// <summary>A socket on this project's own server, over every transport and both IP versions.</summary>
public sealed class RelayedSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [MemberData(nameof(Relay.EveryWay), MemberType = typeof(Relay))]
    public async Task Datagrams_go_both_ways_over_every_transport(TurnTransport transport, bool isIPv6)
    {
        await using Relay relay = await Relay.StartAsync(transport, isIPv6);
        await using TurnClient client = relay.Client(transport);
        using var peer = new EchoPeer(isIPv6 ? "[::1]:0" : "127.0.0.1:0");
        await using RelayedSocket socket = await AllocateAsync(client, isIPv6);

        Assert.Equal(isIPv6, socket.RelayedAddress.IsIPv6);
        byte[] buffer = new byte[2000];
        for (int length = 0; length < 1200; length += 97)
        {
            byte[] sent = Payload(length);
            Assert.Equal(NetworkStatus.Ok, socket.Send(sent, peer.Address));

            ReceivedDatagram arrival = await socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience);
            Assert.Equal((NetworkStatus.Ok, peer.Address), (arrival.Status, arrival.Source));
            Assert.Equal(sent, buffer[..arrival.Length]);
        }

        await socket.DisposeAsync();
        Assert.Equal(TurnStatus.Closed, (await socket.Ended).Status);
        Assert.Equal(0, relay.Server.Allocations);
    }

    [Fact]
    public async Task A_second_allocation_costs_one_round_trip()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        Assert.False(client.KnowsNonce);

        await using RelayedSocket first = await AllocateAsync(client), second = await AllocateAsync(client);

        Assert.True(client.KnowsNonce);
        Assert.Equal((2, 1), (first.Counters[TurnClientCounter.Requests], second.Counters[TurnClientCounter.Requests]));
    }

    [Fact]
    public async Task A_peer_that_was_permitted_may_send_first_and_others_may_not()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        using EchoPeer peer = new(), stranger = new("127.0.0.2:0");

        Assert.Equal(NetworkStatus.Ok, await socket.PermitAsync(peer.Address));
        stranger.Send("no"u8, socket.RelayedAddress);
        peer.Send("yes"u8, socket.RelayedAddress);

        byte[] buffer = new byte[100];
        ReceivedDatagram arrival = await socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience);
        Assert.Equal((peer.Address, "yes"), (arrival.Source, System.Text.Encoding.ASCII.GetString(buffer, 0, arrival.Length)));
    }

    [Fact]
    public async Task A_channel_that_was_bound_beforehand_carries_the_first_datagram()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        using var peer = new EchoPeer();

        Assert.Equal(NetworkStatus.Ok, await socket.BindChannelAsync(peer.Address));
        long requests = socket.Counters[TurnClientCounter.Requests];
        Assert.Equal(NetworkStatus.Ok, await socket.SendAsync("hello"u8.ToArray(), peer.Address));
        Assert.True((await socket.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Patience)).IsOk);
        Assert.Equal(requests, socket.Counters[TurnClientCounter.Requests]);
    }

    [Fact]
    public async Task A_peer_that_the_server_refuses_is_told_and_what_waits_for_it_is_dropped()
    {
        await using Relay relay = await Relay.StartAsync(configure: static options => options.DenyPeers.Add("127.0.0.9/32"));
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        TransportAddress closed = TransportAddress.Parse("127.0.0.9:9");

        Assert.Equal(NetworkStatus.Ok, socket.Send("waits"u8, in closed));
        Assert.Equal(NetworkStatus.Denied, await socket.PermitAsync(closed));
        Assert.Equal(NetworkStatus.Denied, socket.Send("refused"u8, in closed));
        RelayEvent told = await socket.Events.ReadAsync();
        Assert.Equal((RelayEventKind.PeerRefused, closed.WithPort(0), 403), (told.Kind, told.Peer, (int)told.Code));
        Assert.Equal(NetworkStatus.AddressNotAvailable, socket.Send("other"u8, TransportAddress.Parse("[::1]:9")));
        Assert.Equal(NetworkStatus.AddressNotAvailable, socket.Send("nowhere"u8, TransportAddress.Parse("127.0.0.1:0")));
        Assert.Equal(NetworkStatus.AddressNotAvailable, await socket.SendAsync("nowhere"u8.ToArray(), TransportAddress.Parse("127.0.0.1:0")));
    }

    [Fact]
    public async Task What_waits_for_a_permission_arrives_in_order()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        using var peer = new EchoPeer();

        for (int i = 0; i < 20; i++) Assert.Equal(NetworkStatus.Ok, socket.Send([(byte)i], peer.Address));

        byte[] buffer = new byte[10];
        for (int i = 0; i < 20; i++)
        {
            Assert.True((await socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience)).IsOk);
            Assert.Equal(i, buffer[0]);
        }
    }

    [Fact]
    public async Task A_receive_can_be_given_up_and_another_one_takes_what_comes_then()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        using var peer = new EchoPeer();
        using var giveUp = new CancellationTokenSource();

        Task<ReceivedDatagram> given = socket.ReceiveAsync(new byte[10], giveUp.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveAsync(new byte[10]).AsTask());
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        socket.Send("late"u8, peer.Address);
        Assert.Equal(4, (await socket.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Patience)).Length);
    }

    [Fact]
    public async Task A_receive_that_waits_ends_with_the_socket()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        Task<ReceivedDatagram> waiting = socket.ReceiveAsync(new byte[10]).AsTask();

        await socket.DisposeAsync();

        Assert.Equal(NetworkStatus.Closed, (await waiting.WaitAsync(Patience)).Status);
        Assert.Equal(NetworkStatus.Closed, socket.Send("late"u8, TransportAddress.Parse("127.0.0.1:9")));
        Assert.Equal(RelayEventKind.Ended, (await socket.Events.ReadAllAsync().LastAsync()).Kind);
    }

    // It waits for the server's answer with its own thread, the very one that would take the answer from the system.
    [Fact]
    public async Task Code_that_blocks_the_receiving_thread_does_not_stop_the_allocation()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        using EchoPeer peer = new(), other = new("127.0.0.3:0");

        Task<NetworkStatus> blocking = BlockAsync();
        socket.Send("go"u8, peer.Address);
        Assert.Equal(NetworkStatus.Ok, await blocking.WaitAsync(Patience));

        async Task<NetworkStatus> BlockAsync()
        {
            await socket.ReceiveAsync(new byte[10]).ConfigureAwait(false);
#pragma warning disable xUnit1031 // Blocking is what is tested.
            return socket.PermitAsync(other.Address).AsTask().GetAwaiter().GetResult();
#pragma warning restore xUnit1031
        }
    }

    private static async Task<RelayedSocket> AllocateAsync(TurnClient client, bool isIPv6 = false)
    {
        TurnResult<RelayedSocket> result = await client
            .AllocateAsync(new RelayedSocketOptions { Family = isIPv6 ? IPFamily.IPv6 : IPFamily.None }).WaitAsync(Patience);
        Assert.True(result.IsOk, result.ToString());
        return result.Value;
    }

    private static byte[] Payload(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + length))];
}
