using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.TcpRelay;

/// <summary>Bytes between a client and a peer through a TCP allocation (RFC 6062), on real sockets.</summary>
[Collection(nameof(AllocationTests))] // What it costs in memory is measured over the whole process.
public sealed class CarryingTests
{
    private const int Bulk = 10_000_000;

    // With several workers the data connection mostly belongs to another one than the allocation.
    // RFC6062-5.2-6, RFC6062-5.4-3, RFC6062-5.4-4
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Ten_megabytes_arrive_whole_each_way_at_once(int workers)
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync(workers);
        for (int i = 0; i < workers; i++)
        {
            (uint connection, NetworkStream peer) = await relay.ConnectAsync(relay.Listen());
            Assert.Equal(relay.Relayed, TransportAddress.From((System.Net.IPEndPoint)peer.Socket.RemoteEndPoint!));
            Stream client = await relay.BindAsync(connection);
            await Task.WhenAll(
                Bytes.SendAsync(client, 0, Bulk), Bytes.ExpectAsync(peer, 0, Bulk), Bytes.SendAsync(peer, 7, Bulk), Bytes.ExpectAsync(client, 7, Bulk));
            await client.DisposeAsync();
            await Bytes.ExpectGoneAsync(peer);
            await peer.DisposeAsync();
            await relay.ReachAsync(RelayCounter.BytesToPeers, (long)Bulk * (i + 1));
            await relay.ReachAsync(RelayCounter.BytesToClients, (long)Bulk * (i + 1));
        }
    }

    // RFC6062-4.4-5, RFC6062-5.3-1, RFC6062-5.3-2, RFC6062-5.3-4, RFC6062-5.4-4
    [Fact]
    public async Task What_a_peer_says_before_the_client_has_bound_is_not_lost()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        await relay.PermitAsync(TransportAddress.Parse("127.0.0.1:1"));
        NetworkStream peer = await relay.ArriveAsync();
        await Bytes.SendAsync(peer, 0, 10_000);
        (uint connection, TransportAddress known) = await relay.AttemptAsync();
        Assert.Equal(TransportAddress.From((System.Net.IPEndPoint)peer.Socket.LocalEndPoint!), known);
        Stream client = await relay.BindAsync(connection);
        await Bytes.ExpectAsync(client, 0, 10_000);
        await Bytes.SendAsync(client, 5, 10_000);
        await Bytes.ExpectAsync(peer, 5, 10_000);
    }

    // RFC6062-5.2-9, RFC6062-5.3-2
    [Fact]
    public async Task A_peer_that_floods_before_the_client_has_bound_is_held_up()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(relay.Listen());
        long sent = await Bytes.SendUntilHeldUpAsync(peer, 0, 100_000_000);
        Assert.InRange(sent, 1, 50_000_000);
        Stream client = await relay.BindAsync(connection);
        await Bytes.ExpectAsync(client, 0, sent);
    }

    [Fact]
    public async Task A_slow_reader_holds_its_sender_up_and_costs_no_memory()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(relay.Listen());
        Stream client = await relay.BindAsync(connection);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long sent = await Bytes.SendUntilHeldUpAsync(peer, 0, 200_000_000);
        Assert.InRange(sent, 1, 100_000_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4_000_000);
        await Bytes.ExpectAsync(client, 0, sent);
    }

    [Fact]
    public async Task The_end_of_one_direction_is_passed_on_and_the_other_goes_on()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        Socket listener = relay.Listen();
        (uint first, NetworkStream peer) = await relay.ConnectAsync(listener);
        var client = (NetworkStream)await relay.BindAsync(first);
        await Bytes.SendAsync(client, 0, 1000);
        client.Socket.Shutdown(SocketShutdown.Send);
        await Bytes.ExpectAsync(peer, 0, 1000);
        await Bytes.ExpectEndAsync(peer);
        await Bytes.SendAsync(peer, 3, 1_000_000);
        peer.Socket.Shutdown(SocketShutdown.Send);
        await Bytes.ExpectAsync(client, 3, 1_000_000);
        await Bytes.ExpectEndAsync(client);
        await peer.DisposeAsync();

        (uint second, peer) = await relay.ConnectAsync(relay.Listen());
        client = (NetworkStream)await relay.BindAsync(second);
        peer.Socket.Shutdown(SocketShutdown.Send);
        await Bytes.ExpectEndAsync(client);
        await Bytes.SendAsync(client, 9, 1_000_000);
        await Bytes.ExpectAsync(peer, 9, 1_000_000);
    }

    // RFC6062-5.5-2, RFC6062-5.5-3
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_one_side_breaks_off_the_other_is_closed(bool clientBreaks)
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        Socket listener = relay.Listen();
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(listener);
        var client = (NetworkStream)await relay.BindAsync(connection);
        (NetworkStream breaking, NetworkStream other) = clientBreaks ? (client, peer) : (peer, client);
        breaking.Socket.Close(0);
        await Bytes.ExpectGoneAsync(other);
    }

    // RFC6062-5.4-3
    [Fact]
    public async Task Data_right_behind_the_ConnectionBind_is_data_even_if_it_looks_like_a_message()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(relay.Listen());
        NetworkStream stream = await relay.DialAsync();
        using var client = TurnTestClient.Over(stream, leaveOpen: true);
        await client.AskAsync(StunMethod.Refresh, static (ref StunMessageWriter _) => { });
        byte[] bind = client.Write(StunMethod.ConnectionBind, (ref StunMessageWriter writer) => writer.AddConnectionId(connection));
        byte[] data = [.. client.Write(StunMethod.Binding, static (ref StunMessageWriter _) => { }), 0x40, 0, 0, 0, .. "then anything"u8];
        await stream.WriteAsync((byte[])[.. bind, .. data]);
        byte[] received = new byte[data.Length];
        await peer.ReadExactlyAsync(received).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(data, received);
        Assert.Equal(0, TurnTestClient.ErrorOf((await client.ReceiveAsync())!));
    }
}
