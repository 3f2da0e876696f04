using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.TcpRelay;

/// <summary>The control of connections with peers (RFC 6062), on real sockets.</summary>
public sealed class ControlTests
{
    // RFC6062-5.2-7
    [Fact]
    public async Task A_peer_that_refuses_is_447()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        Socket listener = relay.Listen();
        TransportAddress peer = TransportAddress.From((IPEndPoint)listener.LocalEndPoint!);
        listener.Dispose();
        Assert.Equal(447, TurnTestClient.ErrorOf(await relay.AskConnectAsync(peer)));
        Assert.Equal(447, TurnTestClient.ErrorOf(await relay.AskConnectAsync(peer)));
    }

    // RFC6062-5.2-2, RFC6062-5.2-3
    [Fact]
    public async Task Two_connects_to_one_peer_are_one_connection_and_hang_nothing()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        Socket listener = relay.Listen();
        TransportAddress peer = TransportAddress.From((IPEndPoint)listener.LocalEndPoint!);
        byte[] request = relay.Control.Write(StunMethod.Connect, (ref StunMessageWriter writer) => writer.AddPeerAddress(in peer));
        byte[] again = relay.Control.Write(StunMethod.Connect, (ref StunMessageWriter writer) => writer.AddPeerAddress(in peer));
        await relay.Control.SendAsync((byte[])[.. request, .. again]);
        int[] errors = [TurnTestClient.ErrorOf((await relay.Control.ReceiveAsync())!), TurnTestClient.ErrorOf((await relay.Control.ReceiveAsync())!)];
        Assert.Equal([0, 446], errors.Order());
        Assert.Equal(0, await relay.Control.RefreshAsync(600));
        using TurnTestClient other = await TurnTestClient.ConnectAsync(relay.Server.Tcp());
        Assert.Equal(0, TurnTestClient.ErrorOf(await TcpRelayHarness.AllocateAsync(other)));
    }

    [Fact]
    public async Task Ten_thousand_connects_open_no_more_sockets_than_the_bound()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(64);
        ushort port = (ushort)((IPEndPoint)listener.LocalEndPoint!).Port;
        const int Connects = 10_000;
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Connects; i++)
            {
                TransportAddress peer = TransportAddress.FromIPv4(0x7F01_0000u + (uint)i, port);
                await relay.Control.SendAsync(relay.Control.Write(StunMethod.Connect, (ref StunMessageWriter writer) => writer.AddPeerAddress(in peer)));
            }
        });
        var answers = new Dictionary<int, int>();
        for (int i = 0; i < Connects; i++)
        {
            int error = TurnTestClient.ErrorOf((await relay.Control.ReceiveAsync())!);
            answers[error] = answers.GetValueOrDefault(error) + 1;
        }

        await sending;
        int bound = new RelayOptions().MaxConnectionsPerAllocation;
        Assert.Equal(bound, answers[0]);
        Assert.Equal(Connects - bound, answers[486]);
    }

    // RFC6062-5.3-3
    [Fact]
    public async Task A_peer_without_a_permission_is_closed_at_once()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        await Bytes.ExpectGoneAsync(await relay.ArriveAsync());
        await Bytes.ExpectGoneAsync(await relay.ArriveAsync());
        Assert.Equal(2, relay.Server.Count(RelayCounter.ConnectionsRefused));
    }

    // RFC6062-5.5-1
    [Fact]
    public async Task When_the_allocation_ends_so_do_its_connections_and_its_port()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync(workers: 2);
        Socket listener = relay.Listen();
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(listener);
        Stream client = await relay.BindAsync(connection);
        await Bytes.SendAsync(client, 0, 1);
        await Bytes.ExpectAsync(peer, 0, 1);
        Assert.Equal(0, await relay.Control.RefreshAsync(0));
        await Bytes.ExpectGoneAsync(client);
        await Bytes.ExpectGoneAsync(peer);
        await Assert.ThrowsAsync<SocketException>(relay.ArriveAsync);
    }

    // RFC6062-5.4-2
    [Fact]
    public async Task A_guess_at_a_connection_is_400_and_the_end_of_the_guesser()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync();
        NetworkStream stream = await relay.DialAsync();
        using var client = TurnTestClient.Over(stream, leaveOpen: true);
        await client.AskAsync(StunMethod.Refresh, static (ref StunMessageWriter _) => { });
        byte[] guess = client.Write(StunMethod.ConnectionBind, static (ref StunMessageWriter writer) => writer.AddConnectionId(12345));
        await stream.WriteAsync((byte[])[.. guess, .. guess, .. guess]);
        Assert.Equal(400, TurnTestClient.ErrorOf((await client.ReceiveAsync())!));
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal(1, relay.Server.Count(RelayCounter.BadRequests));
    }

    [Fact]
    public async Task A_connection_can_be_bound_over_TLS_whose_end_is_passed_on_too()
    {
        await using TcpRelayHarness relay = await TcpRelayHarness.StartAsync(configure: options => options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0")));
        (uint connection, NetworkStream peer) = await relay.ConnectAsync(relay.Listen());
        System.Net.Security.SslStream tls = await Tls.TlsTestClient.ConnectAsync(relay.Server.Tls());
        Stream client = await relay.BindAsync(connection, tls);
        await Task.WhenAll(
            Bytes.SendAsync(client, 0, 1_000_000), Bytes.ExpectAsync(peer, 0, 1_000_000), Bytes.SendAsync(peer, 7, 1_000_000), Bytes.ExpectAsync(client, 7, 1_000_000));
        await tls.ShutdownAsync();
        await Bytes.ExpectEndAsync(peer);
        await Bytes.SendAsync(peer, 9, 1000);
        await Bytes.ExpectAsync(client, 9, 1000);
        await peer.DisposeAsync();
        await Bytes.ExpectEndAsync(client);
    }
}
