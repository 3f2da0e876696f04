using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Traversal.Primitives;
using Traversal.Transport;

namespace Traversal.Server.Tests;

public sealed class StartingTests
{
    [Fact]
    public async Task Port_zero_becomes_a_real_port_shared_by_all_workers()
    {
        await using TurnServer server = await TestServer.StartAsync(TestServer.Options(workers: 2));

        Assert.Equal(2, server.Workers);
        Assert.All(server.Endpoints, endpoint => Assert.NotEqual(0, endpoint.Address.Port));
        Assert.Equal(2, server.Endpoints.Count);
    }

    [Theory]
    [InlineData("udp", SocketType.Dgram, ProtocolType.Udp)]
    [InlineData("tcp", SocketType.Stream, ProtocolType.Tcp)]
    public async Task A_port_in_use_is_one_line_that_names_it(string scheme, SocketType type, ProtocolType protocol)
    {
        using var holder = new Socket(AddressFamily.InterNetwork, type, protocol);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (type == SocketType.Stream) holder.Listen();
        string taken = $"{scheme}://{TransportAddress.From((IPEndPoint)holder.LocalEndPoint!)}";
        TurnServerOptions options = TestServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse(taken));

        await using var server = new TurnServer(options);
        var failure = await Assert.ThrowsAsync<ListenException>(() => server.StartAsync());

        Assert.StartsWith(taken, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_port_held_by_another_server_is_in_use_although_workers_share_ports()
    {
        await using TurnServer first = await TestServer.StartAsync(TestServer.Options(workers: 2));
        TurnServerOptions options = TestServer.Options(workers: 2);
        options.Listeners.Clear();
        options.Listeners.Add(first.Udp());

        await using var second = new TurnServer(options);

        await Assert.ThrowsAsync<ListenException>(() => second.StartAsync());
    }

    [Fact]
    public async Task Without_a_credential_it_does_not_start()
    {
        TurnServerOptions options = TestServer.Options();
        options.Users.Clear();
        await using var server = new TurnServer(options);

        var mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => server.StartAsync());

        Assert.Equal("Users", mistake.Option);
    }

    [Fact]
    public async Task A_rule_that_is_no_network_is_named()
    {
        TurnServerOptions options = TestServer.Options();
        options.DenyPeers.Add("nowhere");
        await using var server = new TurnServer(options);

        var mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => server.StartAsync());

        Assert.Equal("DenyPeers", mistake.Option);
    }

    [Fact]
    public async Task A_relay_address_of_another_machine_is_named()
    {
        TurnServerOptions options = TestServer.Options();
        options.Relay.RelayAddresses.Add(new(TransportAddress.Parse("203.0.113.1:0")));
        await using var server = new TurnServer(options);

        var failure = await Assert.ThrowsAsync<ListenException>(() => server.StartAsync());

        Assert.Contains("203.0.113.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_is_refused_and_the_server_goes_on()
    {
        await using TurnServer server = await TestServer.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync());

        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, TurnTestClient.ErrorOf(await client.BindingAsync()));
    }

    [Fact]
    public async Task It_stops_as_often_as_asked()
    {
        TurnServer server = await TestServer.StartAsync();

        await server.StopAsync();
        await server.StopAsync();
        await server.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Disposal_cuts_a_stop_short_that_waits_for_allocations()
    {
        TurnServerOptions options = TestServer.Options();
        options.DrainTimeout = TimeSpan.FromHours(1);
        TurnServer server = await TestServer.StartAsync(options);
        using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
        Assert.Equal(0, await client.AllocateAsync());
        await RelayingTests.Eventually(() => server.Allocations == 1);

        Task stopping = server.StopAsync();
        Assert.False(stopping.IsCompleted);
        await server.DisposeAsync();

        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_host_starts_and_stops_it_once_however_often_it_is_added()
    {
        var services = new ServiceCollection();
        services.AddTraversalServer();
        services.AddTraversalServer(options =>
        {
            options.Listeners.Add(ListenEndpoint.Parse("udp://127.0.0.1:0"));
            options.Users["alice"] = "correct-horse";
            options.Engine = EngineKind.Managed;
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService hosted = Assert.Single(provider.GetServices<IHostedService>());

        await hosted.StartAsync(CancellationToken.None);
        Assert.Single(provider.GetRequiredService<TurnServer>().Endpoints);
        await hosted.StopAsync(CancellationToken.None);
    }
}
