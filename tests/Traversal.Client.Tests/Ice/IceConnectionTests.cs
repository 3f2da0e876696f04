using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>Connections over sockets of this machine.</summary>
public sealed class IceConnectionTests
{
    [Theory]
    [InlineData(SignalingMode.Trickle)]
    [InlineData(SignalingMode.Whole)]
    public async Task Two_connections_connect_and_exchange_datagrams(SignalingMode mode)
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections(options => options with { Signaling = mode }).ConnectAsync();

        await pair.AssertConnectedAsync();
        Assert.Equal(IceRole.Controlling, pair.Offerer.Role);
        IcePairReport selected = pair.Offerer.GetPairs().Single(report => report.IsSelected);
        Assert.Equal(IceCandidateKind.Host, selected.Local.Kind);
        Assert.True(selected.PacketsSent > 0 && selected.PacketsReceived > 0);
    }

    [Fact]
    public async Task Without_a_server_there_is_no_relayed_path_and_it_says_what_is_missing()
    {
        await using var pair = new IcePairOfConnections(options => options with { Policy = CandidatePolicy.RelayOnly, Patience = TimeSpan.FromMilliseconds(100) });

        IceOutcome[] outcomes = await Task.WhenAll(pair.Offerer.ConnectAsync(pair.Token), pair.Answerer.ConnectAsync(pair.Token));

        IceOutcome outcome = outcomes[0];
        Assert.Equal((IceStatus.Failed, IceFailureReason.NoLocalCandidates), (outcome.Status, outcome.Failure?.Reason));
        Assert.EndsWith("RelayOnly needs a TURN server.", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IPv6_too()
    {
        Assert.SkipUnless(SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("[::1]:0")) is { IsOk: true } probe && Close(probe), "this machine has no IPv6");
        await using IcePairOfConnections pair = await new IcePairOfConnections(options => options with { LocalAddresses = [TransportAddress.Parse("[::1]:0")] }).ConnectAsync();
        await pair.AssertConnectedAsync();
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    [InlineData(TurnTransport.WebSocket)]
    public async Task By_a_relay_alone(TurnTransport transport)
    {
        await using Relay relay = await Relay.StartAsync(transport);
        var server = new IceServer(relay.Endpoint(transport), Relay.Login);
        await using IcePairOfConnections pair = await new IcePairOfConnections(
            options => options with { Policy = CandidatePolicy.RelayOnly, Servers = [server], CertificateValidation = static (_, certificate, _, _) => certificate is not null }).ConnectAsync();

        await pair.AssertConnectedAsync();
        Assert.Equal(IceCandidateKind.Relayed, pair.Answerer.GetPairs().Single(report => report.IsSelected).Local.Kind);
    }

    [Fact]
    public async Task Servers_that_cannot_help_are_named_in_the_outcome()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Udp);
        var wrong = new IceServer(relay.Endpoint(), TurnLogin.FromPassword("user", "wrong"));
        var missing = new IceServer(ServerUri.Parse("turn:127.0.0.1?transport=sctp"), TurnLogin.FromPassword("user", "pass"));
        await using var pair = new IcePairOfConnections(options => options with
        {
            Servers = [wrong, missing],
            Policy = CandidatePolicy.RelayOnly,
            Patience = TimeSpan.FromSeconds(3),
        });
        IceOutcome[] outcomes = await Task.WhenAll(pair.Offerer.ConnectAsync(pair.Token), pair.Answerer.ConnectAsync(pair.Token));

        Assert.All(outcomes, outcome =>
        {
            Assert.Equal(IceStatus.Failed, outcome.Status);
            Assert.Equal(IceFailureReason.NoLocalCandidates, outcome.Failure!.Reason);
            Assert.Equal([TurnStatus.NotFound, TurnStatus.LoginRefused], outcome.Servers.Select(server => server.Status).Order());
            Assert.Contains("does not take the user name and password (401)", outcome.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_server_that_gives_nothing_by_a_connection_is_not_kept_on_it()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        using ITcpListener between = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        Task untilClosed = PassOneAsync(between, relay.Endpoint(TurnTransport.Tcp).Address);
        var wrong = new IceServer(new TurnServerEndpoint(between.LocalAddress, TurnTransport.Tcp), TurnLogin.FromPassword("user", "wrong"));
        (InMemorySignaling one, _) = InMemorySignaling.CreatePair();
        await using var connection = new IceConnection(new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")], Servers = [wrong] }, one);
        await connection.GatherAsync();

        await untilClosed.WaitAsync(IcePairOfConnections.Deadline);
    }

    [Fact]
    public async Task A_restart_finds_another_path_and_loses_no_datagram_meanwhile()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        string before = pair.Offerer.LocalCandidates[0].ToString();
        Task<IceOutcome> restarting = pair.Offerer.RestartAsync(pair.Token);
        Assert.Equal(NetworkStatus.Ok, pair.Offerer.Send([0xC0]));
        IceOutcome outcome = await restarting;

        Assert.True(outcome.IsConnected, outcome.ToString());
        Assert.Equal(before, pair.Offerer.LocalCandidates[0].ToString());
        Assert.Equal(1, (await pair.Answerer.ReceiveAsync(new byte[10], pair.Token)).Length);
        await pair.AssertConnectedAsync();
    }

    [Fact]
    public async Task Both_restart_at_once_and_agree()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            IceOutcome[] outcomes = await Task.WhenAll(pair.Offerer.RestartAsync(pair.Token), pair.Answerer.RestartAsync(pair.Token));
            Assert.All(outcomes, outcome => Assert.True(outcome.IsConnected, outcome.ToString()));
        }

        await pair.AssertConnectedAsync();
    }

    [Fact]
    public async Task The_application_blocks_the_thread_of_a_receive_and_the_path_stays()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        byte[] buffer = new byte[10];
        using var release = new ManualResetEventSlim();
        Task blocked = BlockAsync();
        pair.Offerer.Send([0xC0]);
        while (!release.IsSet)
        {
            IceOutcome outcome = await pair.Answerer.RestartAsync(pair.Token);
            Assert.True(outcome.IsConnected, outcome.ToString());
            release.Set();
        }

        await blocked;

        async Task BlockAsync()
        {
            await pair.Answerer.ReceiveAsync(buffer, pair.Token).ConfigureAwait(false);
            release.Wait(pair.Token);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Datagrams_that_wait_together_are_received_in_their_order_however_the_application_goes_about_it(int yieldsEvery)
    {
        const int Datagrams = 200;
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        byte[] buffer = new byte[Datagrams + 1];
        Task received = ReceiveAsync();
        for (int i = 0; i < Datagrams; i++)
        {
            byte[] datagram = new byte[i + 1];
            datagram.AsSpan().Fill((byte)(0xC0 + (i % 16)));
            Assert.Equal(NetworkStatus.Ok, pair.Offerer.Send(datagram));
        }

        await received;

        async Task ReceiveAsync()
        {
            for (int i = 0; i < Datagrams; i++)
            {
                ReceivedDatagram arrival = await pair.Answerer.ReceiveAsync(buffer, pair.Token).ConfigureAwait(false);
                Assert.Equal((NetworkStatus.Ok, i + 1), (arrival.Status, arrival.Length));
                Assert.Equal(-1, buffer.AsSpan(0, arrival.Length).IndexOfAnyExcept((byte)(0xC0 + (i % 16))));
                if (yieldsEvery > 0 && i % yieldsEvery == 0) await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task The_longest_datagrams_are_received_too_many_at_once()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        byte[] datagram = new byte[60_000], buffer = new byte[60_000];
        datagram[0] = 0xC0;
        for (int round = 0; round < 5; round++)
        {
            Task<ReceivedDatagram> first = pair.Answerer.ReceiveAsync(buffer, pair.Token).AsTask();
            for (int i = 0; i < 2; i++)
            {
                datagram[^1] = (byte)i;
                Assert.Equal(NetworkStatus.Ok, pair.Offerer.Send(datagram));
            }

            Assert.Equal((datagram.Length, 0), ((await first).Length, buffer[^1]));
            Assert.Equal((datagram.Length, 1), ((await pair.Answerer.ReceiveAsync(buffer, pair.Token)).Length, buffer[^1]));
        }
    }

    [Fact]
    public async Task Signalling_that_ends_too_early_is_the_outcome()
    {
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        other.Complete();
        await using var connection = new IceConnection(new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] }, one);
        Assert.Equal(IceStatus.SignalingEnded, (await connection.ConnectAsync()).Status);
        Assert.Equal(NetworkStatus.Unreachable, connection.Send([1]));
    }

    [Fact]
    public async Task Signalling_that_throws_is_the_outcome_and_ends_nothing_else()
    {
        await using var connection = new IceConnection(new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] }, new BrokenSignaling());
        IceOutcome outcome = await connection.ConnectAsync();
        Assert.Equal(IceStatus.SignalingFailed, outcome.Status);
        Assert.Equal("The signalling failed: the chat is down.", outcome.ToString());
    }

    [Fact]
    public async Task Disposing_ends_whatever_waits()
    {
        (InMemorySignaling one, _) = InMemorySignaling.CreatePair();
        var connection = new IceConnection(new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] }, one);
        Task<IceOutcome> connecting = connection.ConnectAsync();
        ValueTask<ReceivedDatagram> receiving = connection.ReceiveAsync(new byte[10]);
        await connection.DisposeAsync();

        Assert.Equal(IceStatus.Closed, (await connecting).Status);
        Assert.Equal(NetworkStatus.Closed, (await receiving).Status);
        Assert.Equal(NetworkStatus.Closed, connection.Send([1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.ConnectAsync());
        await foreach (IceConnectionEvent happened in connection.Events.ReadAllAsync()) Assert.NotEqual(IceConnectionEventKind.None, happened.Kind);
    }

    /// <summary>Hands on what one client and the server say, until the client closes its connection.</summary>
    private static async Task PassOneAsync(ITcpListener listener, TransportAddress server)
    {
        await using TcpConnection client = (await listener.AcceptAsync()).Value!, there = (await SystemNetwork.Instance.ConnectAsync(default, server)).Value!;
        Task answers = there.Stream.CopyToAsync(client.Stream);
        await client.Stream.CopyToAsync(there.Stream);
        await there.DisposeAsync();
        await answers.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private static bool Close(NetworkResult<IDatagramSocket> opened)
    {
        opened.Value!.Dispose();
        return true;
    }

    private sealed class BrokenSignaling : ISignaling
    {
        public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken) => throw new IOException("the chat is down.");

        public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        }
    }
}
