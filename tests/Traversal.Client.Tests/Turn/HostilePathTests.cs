using Traversal.Client.Network;
using Traversal.Peer.Dns;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests.Turn;

/// <summary>Ways to a server that somebody bends, breaks, or makes go round.</summary>
public sealed class HostilePathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TransportAddress Peer = TransportAddress.Parse("192.0.2.1:9");
    private static readonly IntegrityKey Key = FakeTurn.KeyOf(Relay.User, Relay.Password);

    // RFC8489-10-5, RFC8489-10-7: it is what the certificate must be for.
    [Theory]
    [InlineData("relay.example", "relay.example")]
    [InlineData("\0", null)]
    [InlineData("a b", null)]
    [InlineData("-a.example", null)]
    public async Task The_name_of_another_server_is_taken_if_a_host_can_have_it(string domain, string? taken)
    {
        int signed = 0;
        var network = new ScriptedNetwork((request, reply) => reply(
            FakeTurn.UserOf(in request) is null ? FakeTurn.Challenge(in request)
            : signed++ == 0 ? FakeTurn.Redirection(in request, Key, TransportAddress.Parse("192.0.2.11:3478"), domain)
            : FakeTurn.Success(in request, Key)));
        await using TurnClient client = network.Client();

        TurnOutcome outcome = (await client.AllocateAsync().WaitAsync(Patience)).Outcome;

        Assert.Equal((TurnStatus.Ok, taken), (outcome.Status, outcome.Server!.Name));
    }

    [Fact]
    public async Task An_error_that_anybody_can_send_does_not_end_what_lives()
    {
        var network = new ScriptedNetwork(static (request, reply) => reply(FakeTurn.Success(in request, null))) { ReceiverError = NetworkStatus.Failed };
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;

        network.Refuses = (true, false);

        Assert.Equal(NetworkStatus.Ok, await socket.PermitAsync(Peer).AsTask().WaitAsync(Patience));
        Assert.False(socket.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_server_of_the_other_IP_version_than_the_local_address_is_not_reached()
    {
        await using var client = new TurnClient(
            new TurnServerEndpoint(TransportAddress.Parse("[::1]:9")), Relay.Login, new TurnClientOptions { LocalAddress = TransportAddress.Parse("127.0.0.1:0") });

        Assert.Equal(TurnStatus.Unreachable, (await client.AllocateAsync().WaitAsync(Patience)).Outcome.Status);
    }

    [Fact]
    public async Task A_name_that_the_system_does_not_look_up_has_no_address()
    {
        // A target of an SRV record is whatever its owner writes.
        ClientEnvironment system = ClientEnvironment.System;

        Assert.Empty((await new HostLookup(system, new DnsClient(system)).FindAsync(DnsName.Parse("0.0.0.0"), CancellationToken.None))!);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("")]
    public async Task A_server_that_sends_a_WebSocket_elsewhere_or_hangs_up_is_asked_once(string answer)
    {
        int asked = 0;
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        await using var client = new TurnClient(new TurnServerEndpoint(listener.LocalAddress, TurnTransport.WebSocket), Relay.Login);
        Task serving = ServeAsync(listener, async stream =>
        {
            asked++;
            Assert.NotEqual(0, await stream.ReadAtLeastAsync(new byte[2000], 20));
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        });

        Assert.Equal(TurnStatus.WebSocketRefused, (await client.AllocateAsync().WaitAsync(Patience)).Outcome.Status);
        listener.Dispose();
        await serving.WaitAsync(Patience);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Sending_over_a_connection_that_is_gone_does_not_wait_for_room()
    {
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        await using var client = new TurnClient(
            new TurnServerEndpoint(listener.LocalAddress, TurnTransport.Tcp), Relay.Login, environment: new ClientEnvironment { Time = new ManualTime() });
        (RelayedSocket socket, TcpConnection connection) = await AllocateMobileAsync(client, listener);
        Task<NetworkStatus> permitting = socket.PermitAsync(Peer).AsTask();
        await GrantAsync(connection.Stream);
        Assert.Equal(NetworkStatus.Ok, await permitting.WaitAsync(Patience));

        // Another connection is refused, and the next attempt waits for a clock that stands still.
        listener.Dispose();
        await connection.DisposeAsync();
        NetworkStatus status = NetworkStatus.Ok;
        Task sending = Task.Run(async () =>
        {
            while (status == NetworkStatus.Ok) status = await socket.SendAsync(new byte[100], Peer);
        });
        await Task.WhenAny(sending, Task.Delay(Patience));
        bool hasEnded = sending.IsCompleted;
        socket.Dispose();

        Assert.True(hasEnded);
        Assert.Equal(NetworkStatus.NoBuffer, status);
    }

    [Fact]
    public async Task A_server_that_takes_connections_only_to_end_them_is_left()
    {
        var time = new ManualTime();
        int taken = 0;
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        await using var client = new TurnClient(
            new TurnServerEndpoint(listener.LocalAddress, TurnTransport.Tcp), Relay.Login, environment: new ClientEnvironment { Time = time });
        (RelayedSocket socket, TcpConnection connection) = await AllocateMobileAsync(client, listener);

        Task serving = ServeAsync(listener, _ =>
        {
            taken++;
            return Task.CompletedTask;
        });
        await connection.DisposeAsync();

        // Slow enough for connections that are real.
        using var deadline = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!socket.Ended.IsCompleted && await pause.WaitForNextTickAsync(deadline.Token)) time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(TurnStatus.PathLost, (await socket.Ended).Status);
        listener.Dispose();
        await serving.WaitAsync(Patience);
        Assert.InRange(taken, 1, 3);
    }

    private static async Task<(RelayedSocket Socket, TcpConnection Connection)> AllocateMobileAsync(TurnClient client, ITcpListener listener)
    {
        Task<TurnResult<RelayedSocket>> asking = client.AllocateAsync(new RelayedSocketOptions { Mobility = true, BindChannels = false });
        TcpConnection connection = (await listener.AcceptAsync()).Value!;
        await GrantAsync(connection.Stream);
        return ((await asking.WaitAsync(Patience)).Value!, connection);
    }

    /// <summary>Grants the next request, with a ticket.</summary>
    private static async Task GrantAsync(Stream stream)
    {
        byte[] buffer = new byte[2048];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, StunMessage.HeaderLength)).AsTask().WaitAsync(Patience);
        int length = StunMessage.HeaderLength + System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
        await stream.ReadExactlyAsync(buffer.AsMemory(StunMessage.HeaderLength, length - StunMessage.HeaderLength)).AsTask().WaitAsync(Patience);
        await stream.WriteAsync(Grant(buffer.AsSpan(0, length)));
    }

    private static byte[] Grant(ReadOnlySpan<byte> message)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(message, out StunMessage request));
        return FakeTurn.Success(in request, null, ticket: [1, 2, 3, 4]);
    }

    private static async Task ServeAsync(ITcpListener listener, Func<Stream, Task> serve)
    {
        while (await listener.AcceptAsync() is { IsOk: true } accepted)
        {
            await using TcpConnection connection = accepted.Value;
            await serve(connection.Stream);
        }
    }
}
