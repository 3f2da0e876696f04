using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Client.Tests;
using Traversal.Client.Tests.Turn;
using Traversal.Interop.Tests.Programs;
using Traversal.Primitives;

namespace Traversal.Interop.Tests.Client;

/// <summary>This project's client relays through coturn's server.</summary>
public sealed class RelayedSocketCoturnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<TurnTransport, bool> Ways => new()
    {
        { TurnTransport.Udp, false }, { TurnTransport.Udp, true },
        { TurnTransport.Tcp, false }, { TurnTransport.Tcp, true },
        { TurnTransport.Tls, false }, { TurnTransport.Tls, true },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Datagrams_go_by_indications_and_channels_and_the_allocation_is_refreshed(TurnTransport transport, bool isIPv6)
    {
        await using CoturnServer server = await CoturnServer.StartAsync();
        await using TurnClient client = Client(server, transport, isIPv6);
        using var peer = new EchoPeer(isIPv6 ? "[::1]:0" : "127.0.0.1:0");
        foreach (bool bindsChannels in new[] { false, true })
        {
            await using RelayedSocket socket = await AllocateAsync(
                client, server, new RelayedSocketOptions { Family = isIPv6 ? IPFamily.IPv6 : IPFamily.None, BindChannels = bindsChannels });
            Assert.Equal(isIPv6, socket.RelayedAddress.IsIPv6);
            Assert.Equal(socket.LocalAddress, socket.MappedAddress);
            NetworkStatus asked = bindsChannels ? await socket.BindChannelAsync(peer.Address) : await socket.PermitAsync(peer.Address);
            Assert.True(asked == NetworkStatus.Ok, server.Transcript);

            // A permitted peer may speak first.
            peer.Send("first"u8, socket.RelayedAddress);
            Assert.Equal(5, await ReceiveAsync(socket, peer));
            for (int length = 0; length < 1200; length += 111)
            {
                Assert.Equal(NetworkStatus.Ok, await socket.SendAsync(new byte[length], peer.Address));
                Assert.Equal(length, await ReceiveAsync(socket, peer));
            }

            Assert.True(await socket.RefreshAsync().WaitAsync(Patience), server.Transcript);
        }
    }

    [Fact]
    public async Task A_server_that_starts_anew_has_lost_the_allocation()
    {
        await using CoturnServer server = await CoturnServer.StartAsync();
        await using TurnClient client = Client(server);
        await using RelayedSocket socket = await AllocateAsync(client, server);

        await server.RestartAsync();

        Assert.False(await socket.RefreshAsync().WaitAsync(Patience));
        Assert.Equal(TurnStatus.Lost, (await socket.Ended).Status);
    }

    [Fact]
    public async Task A_wrong_password_and_a_user_with_too_many_allocations_are_told()
    {
        await using CoturnServer server = await CoturnServer.StartAsync("--user-quota", "1");
        await using (TurnClient wrong = Client(server, login: TurnLogin.FromPassword(CoturnServer.User, "wrong")))
            Assert.Equal(TurnStatus.LoginRefused, (await wrong.AllocateAsync().WaitAsync(Patience)).Outcome.Status);

        await using TurnClient client = Client(server);
        await using RelayedSocket socket = await AllocateAsync(client, server);
        Assert.Equal(TurnStatus.QuotaReached, (await client.AllocateAsync().WaitAsync(Patience)).Outcome.Status);
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    public async Task One_with_a_short_lifetime_outlives_it_and_one_that_was_not_refreshed_is_over(TurnTransport transport)
    {
        await using CoturnServer server = await CoturnServer.StartAsync("--verbose", "--max-allocate-lifetime=10");
        await using TurnClient client = Client(server, transport), forgetful = Client(server, transport, environment: new ClientEnvironment { Time = new ManualTime() });
        await using RelayedSocket kept = await AllocateAsync(client, server);
        RelayedSocket lost = await AllocateAsync(forgetful, server);

        await server.WaitForOutputAsync("allocation timeout", TimeSpan.FromSeconds(100));
        bool isThere = await lost.RefreshAsync().WaitAsync(Patience);

        Assert.False(isThere, server.Transcript);
        TurnOutcome outcome = await lost.Ended;
        Assert.True(outcome.Status is TurnStatus.Lost or TurnStatus.PathLost, $"{outcome}\n{server.Transcript}");
        Assert.True(await kept.RefreshAsync().WaitAsync(Patience), server.Transcript);
    }

    // RFC 8016 section 3.2 would have it follow. coturn does not find the allocation of another connection and says so (404) without MESSAGE-INTEGRITY, so that
    // this shows no more than how it ends.
    [Theory]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    public async Task A_mobile_allocation_that_is_not_found_from_another_connection_ends_with_the_reason(TurnTransport transport)
    {
        await using CoturnServer server = await CoturnServer.StartAsync("--mobility");
        await using TurnClient client = Client(server, transport);
        await using RelayedSocket socket = await AllocateAsync(client, server, new RelayedSocketOptions { Mobility = true });
        Assert.True(socket.IsMobile, server.Transcript);

        Assert.Equal(TurnStatus.Ok, (await socket.MoveAsync().WaitAsync(Patience)).Status);
        TurnOutcome outcome = await socket.Ended.WaitAsync(Patience);

        Assert.True((outcome.Status, (int)outcome.Code) == (TurnStatus.NotAuthentic, 404), $"{outcome}\n{server.Transcript}");
    }

    [Fact]
    public async Task A_mobile_allocation_follows_its_client()
    {
        await using CoturnServer server = await CoturnServer.StartAsync("--mobility");
        await using TurnClient client = Client(server);
        using var peer = new EchoPeer();
        await using RelayedSocket socket = await AllocateAsync(client, server, new RelayedSocketOptions { Mobility = true });
        Assert.True(socket.IsMobile, server.Transcript);
        await socket.SendAsync("here"u8.ToArray(), peer.Address);
        Assert.Equal(4, await ReceiveAsync(socket, peer));
        TransportAddress before = socket.LocalAddress, relayed = socket.RelayedAddress;

        Assert.Equal(TurnStatus.Ok, (await socket.MoveAsync().WaitAsync(Patience)).Status);
        RelayEvent told = await socket.Events.ReadAsync().AsTask().WaitAsync(Patience);

        Assert.True(told.Kind == RelayEventKind.Moved, $"{told}\n{server.Transcript}");
        Assert.NotEqual(before, socket.LocalAddress);
        Assert.Equal(relayed, socket.RelayedAddress);
        await socket.SendAsync("there"u8.ToArray(), peer.Address);
        Assert.Equal(5, await ReceiveAsync(socket, peer));
    }

    private static TurnClient Client(
        CoturnServer server, TurnTransport transport = TurnTransport.Udp, bool isIPv6 = false, TurnLogin? login = null, ClientEnvironment? environment = null)
    {
        int port = transport == TurnTransport.Tls ? server.TlsPort : server.Port;
        return new TurnClient(
            new TurnServerEndpoint(TransportAddress.Parse($"{(isIPv6 ? "[::1]" : "127.0.0.1")}:{port}"), transport),
            login ?? TurnLogin.FromPassword(CoturnServer.User, CoturnServer.Password),
            new TurnClientOptions { CertificateValidation = static (_, certificate, _, _) => certificate is not null },
            environment);
    }

    private static async Task<RelayedSocket> AllocateAsync(TurnClient client, CoturnServer server, RelayedSocketOptions? options = null)
    {
        TurnResult<RelayedSocket> result = await client.AllocateAsync(options).WaitAsync(Patience);
        Assert.True(result.IsOk, $"{result}\n{server.Transcript}");
        return result.Value;
    }

    private static async Task<int> ReceiveAsync(RelayedSocket socket, EchoPeer peer)
    {
        ReceivedDatagram arrival = await socket.ReceiveAsync(new byte[2000]).AsTask().WaitAsync(Patience);
        Assert.Equal((NetworkStatus.Ok, peer.Address), (arrival.Status, arrival.Source));
        return arrival.Length;
    }
}
