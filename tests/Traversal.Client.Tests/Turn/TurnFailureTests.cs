using System.Net.Security;
using Traversal.Client.Network;
using Traversal.Client.Tests.Network;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Client.Tests.Turn;

/// <summary>Each way in which an allocation is not had has one reason.</summary>
public sealed class TurnFailureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(StunErrorCode.Forbidden, TurnStatus.Forbidden)]
    [InlineData(StunErrorCode.AllocationQuotaReached, TurnStatus.QuotaReached)]
    [InlineData(StunErrorCode.InsufficientCapacity, TurnStatus.NoCapacity)]
    [InlineData(StunErrorCode.UnsupportedTransportProtocol, TurnStatus.NotSupported)]
    [InlineData(StunErrorCode.AddressFamilyNotSupported, TurnStatus.NotSupported)]
    [InlineData(StunErrorCode.BadRequest, TurnStatus.Refused)]
    public async Task An_error_of_the_server_is_named(StunErrorCode code, TurnStatus expected)
    {
        using var server = new ScriptedServer((request, reply) => reply(FakeTurn.Error(in request, code)));

        TurnOutcome outcome = await AskAsync(server);

        Assert.Equal((expected, code), (outcome.Status, outcome.Code));
        Assert.Contains(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture), outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such()
    {
        await using Relay relay = await Relay.StartAsync();
        await using TurnClient client = relay.Client(login: TurnLogin.FromPassword(Relay.User, "wrong"));

        TurnOutcome outcome = (await client.AllocateAsync().WaitAsync(Patience)).Outcome;

        Assert.Equal((TurnStatus.LoginRefused, StunErrorCode.Unauthenticated), (outcome.Status, outcome.Code));
        Assert.DoesNotContain("wrong", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_at_once()
    {
        foreach ((bool, bool) refuses in new[] { (true, false), (false, true) })
        {
            var network = new ScriptedNetwork(static (_, _) => { }) { Refuses = refuses };
            await using TurnClient client = network.Client();
            TurnOutcome outcome = (await client.AllocateAsync().WaitAsync(Patience)).Outcome;
            Assert.Equal(TurnStatus.Unreachable, outcome.Status);
            Assert.Contains("nobody listens", outcome.ToString(), StringComparison.Ordinal);
        }

        TransportAddress closed = ClosedPort.FindAddress();
        Assert.Equal(TurnStatus.Unreachable, (await AskAsync(new TurnServerEndpoint(closed, TurnTransport.Tcp))).Status);
        Assert.Equal(TurnStatus.Unreachable, (await AskAsync(new TurnServerEndpoint(closed, TurnTransport.WebSocket))).Status);
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    [InlineData(TurnTransport.WebSocket)]
    public async Task A_server_that_says_nothing_is_given_up_in_time(TurnTransport transport)
    {
        var time = new ManualTime();
        using IDatagramSocket udp = SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("127.0.0.1:0")).Value!;
        using ITcpListener tcp = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        TransportAddress address = transport == TurnTransport.Udp ? udp.LocalAddress : tcp.LocalAddress;

        Task<TurnOutcome> asking = AskAsync(new TurnServerEndpoint(address, transport), environment: new ClientEnvironment { Time = time });
        await time.AdvanceUntilAsync(asking, TimeSpan.FromMilliseconds(500));

        Assert.Equal(TurnStatus.NoAnswer, (await asking).Status);

        // Connecting, which is real, may take any of the clock's time before asking begins.
        Assert.InRange(time.Elapsed.TotalSeconds, 39.5, 85);
    }

    [Theory]
    [InlineData(TurnTransport.Tls)]
    [InlineData(TurnTransport.SecureWebSocket)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused(TurnTransport transport)
    {
        await using Relay relay = await Relay.StartAsync(transport);

        Assert.Equal(TurnStatus.TlsFailed, (await AskAsync(relay.Endpoint(transport))).Status);

        SslPolicyErrors seen = default;
        var options = new TurnClientOptions { CertificateValidation = (_, _, _, errors) => (seen = errors) == SslPolicyErrors.None };
        Assert.Equal(TurnStatus.TlsFailed, (await AskAsync(relay.Endpoint(transport) with { Name = "other.example.org" }, options)).Status);
        Assert.True(seen.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    [Fact]
    public async Task What_takes_no_WebSocket_is_told()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);

        TurnOutcome outcome = await AskAsync(relay.Endpoint(TurnTransport.Tcp) with { Transport = TurnTransport.WebSocket });

        Assert.Equal(TurnStatus.WebSocketRefused, outcome.Status);
        Assert.DoesNotContain("Unable to connect", outcome.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.WebSocket)]
    public async Task A_server_of_the_other_IP_version_than_the_local_address_is_a_result(TurnTransport transport)
    {
        var options = new TurnClientOptions { LocalAddress = TransportAddress.Parse("[::1]:0") };

        TurnOutcome outcome = await AskAsync(new TurnServerEndpoint(TransportAddress.Parse("127.0.0.1:3478"), transport), options);

        Assert.Equal(TurnStatus.Unreachable, outcome.Status);
        Assert.Contains("no such address", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_speak_TURN_is_told()
    {
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        Task serving = Task.Run(async () =>
        {
            await using TcpConnection connection = (await listener.AcceptAsync()).Value!;
            await connection.Stream.WriteAsync("\u00ff\u00ff is neither STUN nor ChannelData"u8.ToArray());
            await connection.Stream.CopyToAsync(Stream.Null);
        });

        Assert.Equal(TurnStatus.BadAnswer, (await AskAsync(new TurnServerEndpoint(listener.LocalAddress, TurnTransport.Tcp))).Status);
        await serving;
    }

    // RFC8656-7.1-1, RFC8656-7.4-7, RFC8656-7.4-8
    [Fact]
    public async Task A_port_that_the_server_still_holds_is_left_for_another_one_three_times_at_most()
    {
        int asked = 0;
        using var stubborn = new ScriptedServer((request, reply) =>
        {
            Interlocked.Increment(ref asked);
            reply(FakeTurn.Error(in request, StunErrorCode.AllocationMismatch));
        });
        TurnOutcome taken = await AskAsync(stubborn);
        Assert.Equal((TurnStatus.PortTaken, TimeSpan.FromMinutes(2)), (taken.Status, taken.RetryAfter));
        Assert.Equal((3, 3), (asked, stubborn.Clients.Distinct().Count()));

        using var patient = new ScriptedServer((request, reply) =>
            reply(Interlocked.Increment(ref asked) == 4 ? FakeTurn.Error(in request, StunErrorCode.AllocationMismatch) : FakeTurn.Success(in request, null)));
        Assert.Equal(TurnStatus.Ok, (await AskAsync(patient)).Status);
    }

    // RFC8489-10-4
    [Fact]
    public async Task A_redirection_is_followed_and_one_in_circles_is_not()
    {
        var there = new Elsewhere();
        var back = new Elsewhere();
        await using Relay last = await Relay.StartAsync();
        await using Relay one = await Relay.StartAsync(configure: options => options.Relay.RedirectPolicy = there);
        await using Relay other = await Relay.StartAsync(configure: options => options.Relay.RedirectPolicy = back);
        there.Server = other.Endpoint().Address;
        back.Server = last.Endpoint().Address;

        TurnOutcome outcome = await AskAsync(one.Endpoint());
        Assert.Equal((TurnStatus.Ok, last.Endpoint()), (outcome.Status, outcome.Server));

        back.Server = one.Endpoint().Address;
        Assert.Equal(TurnStatus.RedirectedInCircles, (await AskAsync(one.Endpoint())).Status);
    }

    [Fact]
    public async Task A_server_is_found_by_its_URI_and_by_the_transport_that_works()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        TransportAddress address = relay.Endpoint(TurnTransport.Tcp).Address;
        await using var client = new TurnClient(ServerUri.Parse($"turn:{address}"), Relay.Login);
        TurnResult<RelayedSocket> result = await client.AllocateAsync().WaitAsync(Patience);
        Assert.Equal((TurnStatus.Ok, TurnTransport.Tcp), (result.Outcome.Status, result.Outcome.Server?.Transport));
        Assert.True((await client.ListenAsync().WaitAsync(Patience)).IsOk);

        await using var unknown = new TurnClient(ServerUri.Parse("turn:127.0.0.1?transport=sctp"), Relay.Login);
        TurnOutcome outcome = (await unknown.AllocateAsync().WaitAsync(Patience)).Outcome;
        Assert.Equal((TurnStatus.NotFound, null), (outcome.Status, outcome.Server));
        Assert.Contains("can't be used", outcome.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TurnClient(ServerUri.Parse("stun:127.0.0.1"), Relay.Login));
    }

    [Fact]
    public async Task Misuse_is_an_exception()
    {
        Assert.Throws<ArgumentException>(() => new TurnClient(new TurnServerEndpoint(default), Relay.Login));
        Assert.Throws<ArgumentException>(() => TurnLogin.FromPassword("", "password"));
        var client = new TurnClient(new TurnServerEndpoint(TransportAddress.Parse("127.0.0.1:9")), Relay.Login);
        await Assert.ThrowsAsync<ArgumentException>(() => client.AllocateAsync(new RelayedSocketOptions { ReserveNextPort = true }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AllocateAsync(cancellationToken: new CancellationToken(canceled: true)));
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AllocateAsync());
    }

    [Fact]
    public async Task An_ICMP_error_does_not_end_what_lives()
    {
        var network = new ScriptedNetwork(static (request, reply) => reply(FakeTurn.Success(in request, null)));
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;

        network.Refuses = (true, true);
        ValueTask<NetworkStatus> asking = socket.PermitAsync(TransportAddress.Parse("192.0.2.1:9"));
        network.Refuses = default;
        Task<NetworkStatus> asked = asking.AsTask();
        await network.AdvanceUntilAsync(asked, TimeSpan.FromMilliseconds(100));

        Assert.Equal(NetworkStatus.Ok, await asked);
        Assert.False(socket.Ended.IsCompleted);
    }

    private static Task<TurnOutcome> AskAsync(ScriptedServer server) => AskAsync(new TurnServerEndpoint(TransportAddress.From(server.EndPoint)));

    private static async Task<TurnOutcome> AskAsync(TurnServerEndpoint server, TurnClientOptions? options = null, ClientEnvironment? environment = null)
    {
        await using var client = new TurnClient(server, Relay.Login, options, environment);
        return (await client.AllocateAsync().WaitAsync(Patience)).Outcome;
    }

    private sealed class Elsewhere : IRedirectPolicy
    {
        public TransportAddress Server { get; set; }

        public bool TryRedirect(in RedirectQuery query, out Redirection redirection)
        {
            redirection = new Redirection(Server);
            return true;
        }
    }
}
