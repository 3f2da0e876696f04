using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;
using Traversal.Turn.Server;

namespace Traversal.Client.Tests.Simulated;

/// <summary>TCP takes the round trips that it takes, through NATs too.</summary>
[Collection(nameof(VirtualTime))]
public sealed class TcpInVirtualTimeTests
{
    private const double R = 50, Exact = 1e-3;

    private static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478"), Outside = TransportAddress.Parse("198.18.1.9:0");

    private readonly SimulatedWorld _world = new(5);
    private readonly Host _serverHost, _clientHost;
    private readonly INetwork _server, _client;
    private readonly Realm _inside;

    public TcpInVirtualTimeTests()
    {
        _inside = new Nat(_world.Network, in Outside, new NatBehavior()).Inside;
        _serverHost = new Host(_world.Network, _world.Network.Internet, in Server, Link.WithLatency(R / 4));
        _clientHost = new Host(_world.Network, _inside, TransportAddress.Parse("10.0.0.2:0"), Link.WithLatency(R / 4));
        (_server, _client) = (_world.EnvironmentOf(_serverHost).Network, _world.EnvironmentOf(_clientHost).Network);
    }

    private MonotonicTime Start { get; set; }

    private double Elapsed => (_world.Now - Start).TotalMilliseconds;

    [Fact]
    public Task Connecting_takes_a_round_trip_and_so_does_an_echo() => RunAsync(async () =>
    {
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        await using TcpConnection one = client, other = server;
        Assert.Equal(R, Elapsed, Exact);
        Assert.True(other.RemoteAddress.HasSameAddress(in Outside));
        Assert.Equal(Server, one.RemoteAddress);

        _ = other.Stream.CopyToAsync(other.Stream);
        await one.Stream.WriteAsync(new byte[] { 1, 2, 3 });
        byte[] echo = new byte[3];
        await one.Stream.ReadExactlyAsync(echo);
        Assert.Equal([1, 2, 3], echo);
        Assert.Equal(2 * R, Elapsed, Exact);
    });

    [Fact]
    public Task Where_nobody_listens_it_is_refused_and_where_nobody_is_it_is_given_up() => RunAsync(async () =>
    {
        Assert.Equal(NetworkStatus.Refused, (await _client.ConnectAsync(default, Server)).Status);
        Assert.Equal(R, Elapsed, Exact);

        Start = _world.Now;
        Assert.Equal(NetworkStatus.TimedOut, (await _client.ConnectAsync(default, TransportAddress.Parse("203.0.113.99:1"))).Status);
        Assert.Equal(127_000, Elapsed, Exact);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _world.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _client.ConnectAsync(default, TransportAddress.Parse("203.0.113.99:1"), patience.Token));
        Assert.Equal(128_000, Elapsed, Exact);
    });

    [Fact]
    public Task A_NAT_keeps_out_who_was_not_asked() => RunAsync(async () =>
    {
        using ITcpListener listener = _client.Listen(TransportAddress.Parse("10.0.0.2:80")).Value!;
        Assert.Equal(NetworkStatus.TimedOut, (await _server.ConnectAsync(default, Outside.WithPort(80))).Status);
    });

    [Fact]
    public Task A_NAT_keeps_a_silent_connection_for_two_hours_and_then_forgets_it() => RunAsync(async () =>
    {
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        await using TcpConnection one = client, other = server;
        await Task.Delay(TimeSpan.FromMinutes(123), _world.Time);
        await other.Stream.WriteAsync(new byte[1]);
        Assert.Equal(1, await one.Stream.ReadAsync(new byte[1]));

        await Task.Delay(TimeSpan.FromMinutes(125), _world.Time);
        await other.Stream.WriteAsync(new byte[1]);
        ValueTask<int> reading = one.Stream.ReadAsync(new byte[1]);
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        Assert.False(reading.IsCompleted);
    });

    [Fact]
    public Task A_firewall_that_lets_no_UDP_pass_lets_TCP_pass() => RunAsync(async () =>
    {
        TransportAddress inside = TransportAddress.Parse("198.18.3.1:0");
        var host = new Host(_world.Network, new Firewall(_world.Network) { BlocksUdp = true }.Inside, in inside, Link.WithLatency(R / 4));
        INetwork guarded = _world.EnvironmentOf(host).Network;
        using ITcpListener listener = _server.Listen(Server).Value!, closed = guarded.Listen(inside.WithPort(80)).Value!;
        await using TcpConnection connection = (await guarded.ConnectAsync(default, Server)).Value!;
        Assert.Equal(R, Elapsed, Exact);
        Assert.Equal(NetworkStatus.TimedOut, (await _server.ConnectAsync(default, inside.WithPort(80))).Status);
    });

    [Fact]
    public Task The_server_of_production_is_asked_by_TCP_as_by_UDP() => RunAsync(async () =>
    {
        var relay = new RelayServer(_world.Network, _serverHost, [Server], options => options.RelayAddresses.Add(new RelayHostAddress(Server)));
        relay.ListenTcp(Server);
        var client = new StunClient(environment: _world.EnvironmentOf(_clientHost));
        StunResult byTcp = await client.QueryAsync(Server, ServerTransport.Tcp);
        Assert.True(byTcp.IsAnswered, byTcp.ToString());
        Assert.True(byTcp.Binding.MappedAddress.HasSameAddress(in Outside));
        Assert.Equal(2 * R, Elapsed, Exact);

        Assert.True((await client.QueryAsync(Server)).IsAnswered);
        Assert.Equal(3 * R, Elapsed, Exact);
    });

    [Fact]
    public Task A_megabyte_comes_in_order_over_a_link_that_loses_and_reorders() => RunAsync(async () =>
    {
        var bad = new Link { Latency = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(30), Loss = 0.02, Duplication = 0.02 };
        _world.Do(() => _clientHost.Connect(_inside, _clientHost.Addresses.First(), bad));
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        byte[] sent = new byte[1 << 20], received = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        Task writing = WriteAsync(client, sent);
        await using TcpConnection other = server;
        await other.Stream.ReadExactlyAsync(received);
        await writing;
        Assert.Equal(sent, received);
        Assert.Equal(0, await other.Stream.ReadAsync(new byte[1]));
    });

    [Fact]
    public Task Who_writes_waits_for_who_reads() => RunAsync(async () =>
    {
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        await using TcpConnection other = server;
        Task writing = WriteAsync(client, new byte[1 << 20]);
        await Task.Delay(TimeSpan.FromHours(0.5), _world.Time);
        Assert.False(writing.IsCompleted);
        await other.Stream.ReadExactlyAsync(new byte[1 << 20]);
        await writing;
    });

    [Fact]
    public Task Who_leaves_without_having_read_all_resets_the_connection() => RunAsync(async () =>
    {
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        await using TcpConnection one = client;
        await one.Stream.WriteAsync(new byte[10]);
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        ValueTask<int> reading = one.Stream.ReadAsync(new byte[1]);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(async () => await reading);
        await Assert.ThrowsAsync<IOException>(async () => await one.Stream.WriteAsync(new byte[1]));
    });

    [Fact]
    public Task A_listener_that_is_disposed_of_ends_the_accept_that_waits_and_frees_its_port() => RunAsync(async () =>
    {
        ITcpListener listener = _server.Listen(Server).Value!;
        Assert.Equal(NetworkStatus.AddressInUse, _server.Listen(Server).Status);
        ValueTask<NetworkResult<TcpConnection>> accepting = listener.AcceptAsync();
        listener.Dispose();
        Assert.Equal(NetworkStatus.Closed, (await accepting).Status);
        using ITcpListener again = _server.Listen(Server).Value!;
    });

    [Fact]
    public Task TLS_takes_its_round_trips_and_no_virtual_time_for_its_sums() => RunAsync(async () =>
    {
        using X509Certificate2 certificate = Certificate();
        (TcpConnection client, TcpConnection server) = await ConnectAsync();
        await using SslStream one = new(client.Stream, false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString()), other = new(server.Stream);
        Task serving = other.AuthenticateAsServerAsync(certificate);
        await one.AuthenticateAsClientAsync("example.org");
        Assert.Equal(2 * R, Elapsed, Exact);
        await serving;
        Assert.Equal(2.5 * R, Elapsed, Exact);

        byte[] received = new byte[100_000];
        Task writing = one.WriteAsync(new byte[100_000]).AsTask();
        await other.ReadExactlyAsync(received);
        await writing;
        Assert.Equal(3 * R, Elapsed, Exact);
    });

    private Task RunAsync(Func<Task> story)
    {
        Start = _world.Now;
        return _world.RunAsync(story, TimeSpan.FromHours(5));
    }

    private async Task<(TcpConnection Client, TcpConnection Server)> ConnectAsync()
    {
        using ITcpListener listener = _server.Listen(Server).Value!;
        ValueTask<NetworkResult<TcpConnection>> accepting = listener.AcceptAsync();
        NetworkResult<TcpConnection> client = await _client.ConnectAsync(default, Server);
        Assert.True(client.IsOk, client.Status.ToString());
        return (client.Value, (await accepting).Value!);
    }

    private static async Task WriteAsync(TcpConnection connection, byte[] bytes)
    {
        await connection.Stream.WriteAsync(bytes);
        await connection.DisposeAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=example.org", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
