using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Client.Tests.Turn;

/// <summary>Allocations over time: refreshed, moved, given another login, lost.</summary>
public sealed class KeepingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_is_refreshed_for_as_long_as_it_lives_and_a_server_that_is_gone_is_noticed()
    {
        bool isSilent = false;
        var network = new ScriptedNetwork((request, reply) =>
        {
            if (!isSilent) reply(FakeTurn.Success(in request, null));
        });
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = await AllocateAsync(client);

        await network.AdvanceToAsync(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        Assert.False(socket.Ended.IsCompleted);
        Assert.InRange(socket.Counters[TurnClientCounter.Requests], 7, 10);

        isSilent = true;
        await network.AdvanceUntilAsync(socket.Ended, TimeSpan.FromSeconds(1));
        Assert.Equal(TurnStatus.NoAnswer, (await socket.Ended).Status);
        Assert.InRange(network.Time.Elapsed.TotalMinutes, 60, 70);
        Assert.Equal(NetworkStatus.Closed, (await socket.ReceiveAsync(new byte[1])).Status);
    }

    [Fact]
    public async Task One_with_a_short_lifetime_outlives_it_and_one_that_was_not_refreshed_is_lost()
    {
        await using Relay relay = await Relay.StartAsync(configure: static options =>
            options.Relay.DefaultLifetime = options.Relay.MaxLifetime = options.Relay.UnusedLifetime = TimeSpan.FromSeconds(10));
        await using TurnClient client = relay.Client();
        await using RelayedSocket kept = await AllocateAsync(client);

        // This one's clock stands still.
        await using var forgetful = new TurnClient(relay.Endpoint(), Relay.Login, environment: new ClientEnvironment { Time = new ManualTime() });
        RelayedSocket lost = await AllocateAsync(forgetful);
        Assert.Equal(2, relay.Server.Allocations);

        using var deadline = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (relay.Server.Allocations == 2) await pause.WaitForNextTickAsync(deadline.Token);
        Assert.False(await lost.RefreshAsync().WaitAsync(Patience));
        Assert.Equal(TurnStatus.Lost, (await lost.Ended).Status);
        Assert.True(kept.Counters[TurnClientCounter.Requests] >= 3);
        Assert.True(await kept.RefreshAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task It_is_refreshed_when_that_is_wanted_too()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client();
        await using RelayedSocket socket = await AllocateAsync(client);
        long requests = socket.Counters[TurnClientCounter.Requests];

        Assert.True(await socket.RefreshAsync().WaitAsync(Patience));
        Assert.Equal(requests + 1, socket.Counters[TurnClientCounter.Requests]);
        await socket.DisposeAsync();
        Assert.False(await socket.RefreshAsync().WaitAsync(Patience));
    }

    [Theory]
    [InlineData(180)]
    [InlineData(70)]
    public async Task Another_login_is_got_a_minute_before_the_first_is_over_and_used(int seconds)
    {
        var users = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        var network = new ScriptedNetwork((request, reply) =>
        {
            string? user = FakeTurn.UserOf(in request);
            users.Enqueue(user);
            reply(user is null ? FakeTurn.Challenge(in request) : FakeTurn.Success(in request, FakeTurn.KeyOf(user, "secret of " + user)));
        });
        var asked = new TaskCompletionSource<TurnLoginRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new TurnClientOptions
        {
            RenewLogin = (request, _) =>
            {
                asked.SetResult(request);
                return new(TurnLogin.FromPassword("second", "secret of second"));
            },
        };
        DateTimeOffset end = network.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        await using TurnClient client = network.Client(options, TurnLogin.FromPassword("first", "secret of first", end));
        await using RelayedSocket socket = await AllocateAsync(client);

        await network.AdvanceToAsync(TimeSpan.FromSeconds(seconds - 61), TimeSpan.FromSeconds(1));
        Assert.False(asked.Task.IsCompleted);
        await network.AdvanceToAsync(TimeSpan.FromSeconds(seconds - 59), TimeSpan.FromSeconds(1));
        Assert.Equal(ScriptedNetwork.Server, (await asked.Task.WaitAsync(Patience)).Server);
        Assert.Equal(RelayEventKind.LoginRenewed, (await socket.Events.ReadAsync().AsTask().WaitAsync(Patience)).Kind);

        Assert.Equal(NetworkStatus.Ok, await socket.PermitAsync(TransportAddress.Parse("192.0.2.1:9")).AsTask().WaitAsync(Patience));
        Assert.Equal([null, "first", "second"], users, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_that_the_server_does_not_take_is_replaced_by_another_one_or_by_none(bool isThere)
    {
        IntegrityKey key = FakeTurn.KeyOf(Relay.User, Relay.Password);
        var network = new ScriptedNetwork((request, reply) => reply(
            FakeTurn.UserOf(in request) is not null && request.VerifyIntegrity(key) ? FakeTurn.Success(in request, key) : FakeTurn.Challenge(in request)));
        var options = new TurnClientOptions
        {
            RenewLogin = (_, _) => isThere ? new(Relay.Login) : throw new InvalidOperationException("There is none."),
        };
        await using TurnClient client = network.Client(options, TurnLogin.FromPassword(Relay.User, "over"));

        Task<TurnResult<RelayedSocket>> asking = client.AllocateAsync();
        if (!isThere) await network.AdvanceUntilAsync(asking, TimeSpan.FromSeconds(1));

        Assert.Equal(isThere ? TurnStatus.Ok : TurnStatus.LoginRefused, (await asking.WaitAsync(Patience)).Outcome.Status);
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    public async Task A_mobile_allocation_goes_on_from_another_port(TurnTransport transport)
    {
        await using Relay relay = await Relay.StartAsync(transport);
        await using TurnClient client = relay.Client(transport);
        using var peer = new EchoPeer();
        await using RelayedSocket socket = await AllocateAsync(client, new RelayedSocketOptions { Mobility = true });
        Assert.True(socket.IsMobile);
        await AssertEchoAsync(socket, peer);
        TransportAddress before = socket.LocalAddress, relayed = socket.RelayedAddress;

        Assert.Equal(TurnStatus.Ok, (await socket.MoveAsync()).Status);
        Assert.Equal(RelayEventKind.Moved, (await socket.Events.ReadAsync().AsTask().WaitAsync(Patience)).Kind);

        Assert.NotEqual(before, socket.LocalAddress);
        Assert.Equal(relayed, socket.RelayedAddress);
        await AssertEchoAsync(socket, peer);
        Assert.Equal(1, relay.Server.Allocations);
    }

    [Fact]
    public async Task A_mobile_allocation_survives_a_connection_that_breaks_and_another_one_does_not()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        await using var path = new TcpProxy(relay.Endpoint(TurnTransport.Tcp).Address);
        await using var client = new TurnClient(new TurnServerEndpoint(path.Address, TurnTransport.Tcp), Relay.Login);
        using var peer = new EchoPeer();
        await using RelayedSocket mobile = await AllocateAsync(client, new RelayedSocketOptions { Mobility = true });
        await using RelayedSocket plain = await AllocateAsync(client);
        await AssertEchoAsync(mobile, peer);

        await path.BreakAsync();

        Assert.Equal(RelayEventKind.Moved, (await mobile.Events.ReadAsync().AsTask().WaitAsync(Patience)).Kind);
        await AssertEchoAsync(mobile, peer);
        TurnOutcome outcome = await plain.Ended.WaitAsync(Patience);
        Assert.Equal(TurnStatus.PathLost, outcome.Status);
        Assert.Contains("connection was closed", outcome.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => plain.MoveAsync());
    }

    [Fact]
    public async Task An_allocation_that_the_server_has_forgotten_is_lost()
    {
        var network = new ScriptedNetwork(static (request, reply) => reply(
            request.Method == StunMethod.Allocate ? FakeTurn.Success(in request, null) : FakeTurn.Error(in request, StunErrorCode.AllocationMismatch)));
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = await AllocateAsync(client);

        Assert.Equal(NetworkStatus.Closed, await socket.PermitAsync(TransportAddress.Parse("192.0.2.1:9")).AsTask().WaitAsync(Patience));
        Assert.Equal(TurnStatus.Lost, (await socket.Ended).Status);
    }

    private static async Task<RelayedSocket> AllocateAsync(TurnClient client, RelayedSocketOptions? options = null)
    {
        TurnResult<RelayedSocket> result = await client.AllocateAsync(options).WaitAsync(Patience);
        Assert.True(result.IsOk, result.ToString());
        return result.Value;
    }

    private static async Task AssertEchoAsync(RelayedSocket socket, EchoPeer peer)
    {
        using var deadline = new CancellationTokenSource(Patience);
        Assert.Equal(NetworkStatus.Ok, await socket.SendAsync("ping"u8.ToArray(), peer.Address, deadline.Token));
        ReceivedDatagram arrival = await socket.ReceiveAsync(new byte[100], deadline.Token);
        Assert.Equal((NetworkStatus.Ok, peer.Address, 4), (arrival.Status, arrival.Source, arrival.Length));
    }
}
