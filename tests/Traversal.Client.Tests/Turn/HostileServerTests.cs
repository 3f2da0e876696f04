using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Client.Tests.Turn;

/// <summary>Servers, and others on the way to them, that lie.</summary>
public sealed class HostileServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IntegrityKey Key = FakeTurn.KeyOf(Relay.User, Relay.Password), OtherKey = FakeTurn.KeyOf(Relay.User, "guessed");

    [Fact]
    public async Task Forged_and_repeated_answers_change_nothing()
    {
        using var server = new ScriptedServer(static (request, reply) =>
        {
            if (FakeTurn.UserOf(in request) is null)
            {
                reply(FakeTurn.Challenge(in request));
                return;
            }

            reply([0x00]);
            reply(FakeTurn.Success(in request, null));
            reply(FakeTurn.Success(in request, OtherKey));
            reply(FakeTurn.Error(in request, StunErrorCode.Forbidden, OtherKey));
            reply(FakeTurn.Success(in request, Key));
            reply(FakeTurn.Error(in request, StunErrorCode.AllocationMismatch, Key));
            reply(FakeTurn.Success(in request, Key));
        });
        await using TurnClient client = Client(server);

        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;
        Assert.Equal(NetworkStatus.Ok, await socket.PermitAsync(TransportAddress.Parse("192.0.2.1:9")).AsTask().WaitAsync(Patience));

        Assert.Equal((FakeTurn.Relayed, FakeTurn.Mapped), (socket.RelayedAddress, socket.MappedAddress));
        Assert.InRange(socket.Counters[TurnClientCounter.DroppedUnverified], 3, 6);
        Assert.False(socket.Ended.IsCompleted);
    }

    [Fact]
    public async Task Answers_that_nobody_with_the_password_made_are_told_in_the_end()
    {
        var network = new ScriptedNetwork(static (request, reply) =>
            reply(FakeTurn.UserOf(in request) is null ? FakeTurn.Challenge(in request) : FakeTurn.Success(in request, OtherKey)));
        await using TurnClient client = network.Client();

        Task<TurnResult<RelayedSocket>> asking = client.AllocateAsync();
        await network.AdvanceUntilAsync(asking, TimeSpan.FromMilliseconds(500));

        Assert.Equal(TurnStatus.NotAuthentic, (await asking).Outcome.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_changes_its_mind_for_ever_is_left(bool changesRealm)
    {
        int asked = 0;
        using var server = new ScriptedServer((request, reply) =>
        {
            string other = $"{Interlocked.Increment(ref asked)}";
            reply(changesRealm ? FakeTurn.Challenge(in request, realm: other, nonce: other) : FakeTurn.Challenge(in request, nonce: other, code: StunErrorCode.StaleNonce));
        });
        await using TurnClient client = Client(server);

        TurnOutcome outcome = (await client.AllocateAsync().WaitAsync(Patience)).Outcome;

        Assert.Equal(TurnStatus.TooManyChallenges, outcome.Status);
        Assert.InRange(asked, 2, 10);
    }

    [Fact]
    public async Task Data_of_peers_that_were_never_permitted_is_dropped()
    {
        TransportAddress permitted = TransportAddress.Parse("192.0.2.1:9"), stranger = TransportAddress.Parse("192.0.2.2:9");
        using var server = new ScriptedServer((request, reply) =>
        {
            reply(FakeTurn.Success(in request, null));
            if (request.Method != StunMethod.CreatePermission) return;

            for (int i = 0; i < 100; i++) reply(FakeTurn.Data(in stranger, "no"u8));
            reply([0x40, 0x01, 0x00, 0x02, 0x6E, 0x6F]);
            reply(FakeTurn.Data(in permitted, "yes"u8));
        });
        await using TurnClient client = Client(server);
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;

        await socket.PermitAsync(permitted).AsTask().WaitAsync(Patience);
        byte[] buffer = new byte[10];
        ReceivedDatagram arrival = await socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience);

        Assert.Equal((permitted, "yes"), (arrival.Source, System.Text.Encoding.ASCII.GetString(buffer, 0, arrival.Length)));
        Assert.Equal(101, socket.Counters[TurnClientCounter.DroppedUnknownPeer]);
    }

    [Theory]
    [InlineData(10, 32)]
    [InlineData(10_000, 6)]
    public async Task What_waits_for_a_permission_is_bounded(int length, int expected)
    {
        var network = new ScriptedNetwork(static (request, reply) =>
        {
            if (request.Method is StunMethod.Allocate or StunMethod.Refresh) reply(FakeTurn.Success(in request, null));
        });
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;

        int taken = 0;
        while (taken < 100 && socket.Send(new byte[length], TransportAddress.Parse($"192.0.2.{1 + taken}:9")) == NetworkStatus.Ok) taken++;

        Assert.Equal(expected, taken);
    }

    [Fact]
    public async Task What_a_server_does_not_take_is_bounded_and_a_request_is_taken_still()
    {
        TransportAddress peer = TransportAddress.Parse("192.0.2.1:9");
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        await using var client = new TurnClient(new TurnServerEndpoint(listener.LocalAddress, TurnTransport.Tcp), Relay.Login);
        Task<TurnResult<RelayedSocket>> asking = client.AllocateAsync();
        await using TcpConnection connection = (await listener.AcceptAsync()).Value!;
        await GrantAsync(connection.Stream, StunMethod.Allocate);
        RelayedSocket socket = (await asking.WaitAsync(Patience)).Value!;
        Task<NetworkStatus> binding = socket.BindChannelAsync(peer).AsTask();
        await GrantAsync(connection.Stream, StunMethod.ChannelBind);
        Assert.Equal(NetworkStatus.Ok, await binding.WaitAsync(Patience));

        // Nobody reads any more: what the system does not take either is kept up to a quarter of a megabyte.
        byte[] datagram = new byte[1000];
        int taken = 0;
        while (taken < 100_000 && socket.Send(datagram, in peer) == NetworkStatus.Ok) taken++;
        Assert.InRange(taken, 200, 50_000);
        Task<bool> refreshing = socket.RefreshAsync();
        await GrantAsync(connection.Stream, StunMethod.Refresh);

        Assert.True(await refreshing.WaitAsync(Patience));
        socket.Dispose();
    }

    [Fact]
    public async Task What_nobody_receives_is_kept_up_to_a_bound()
    {
        TransportAddress peer = TransportAddress.Parse("192.0.2.1:9");
        var network = new ScriptedNetwork((request, reply) =>
        {
            reply(FakeTurn.Success(in request, null));
            for (int i = 0; i < 700 && request.Method == StunMethod.CreatePermission; i++) reply(FakeTurn.Data(in peer, [(byte)i]));
        });
        await using TurnClient client = network.Client();
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;
        await socket.PermitAsync(peer).AsTask().WaitAsync(Patience);
        await network.AdvanceToAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        Assert.Equal((700, 700 - 512), (socket.Counters[TurnClientCounter.PacketsReceived], socket.Unreceived));
        byte[] buffer = new byte[10];
        for (int i = 0; i < 512; i++) Assert.Equal((1, (byte)i), ((await socket.ReceiveAsync(buffer)).Length, buffer[0]));
        Assert.False(socket.ReceiveAsync(buffer).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_server_that_answers_byte_by_byte_is_understood()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        await using var slow = new TcpProxy(relay.Endpoint(TurnTransport.Tcp).Address);
        await using var client = new TurnClient(new TurnServerEndpoint(slow.Address, TurnTransport.Tcp), Relay.Login);
        using var peer = new EchoPeer();
        await using RelayedSocket socket = (await client.AllocateAsync().WaitAsync(Patience)).Value!;

        byte[] buffer = new byte[2000];
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(NetworkStatus.Ok, await socket.SendAsync(new byte[100 + i], peer.Address));
            Assert.Equal(100 + i, (await socket.ReceiveAsync(buffer).AsTask().WaitAsync(Patience)).Length);
        }
    }

    [Fact]
    public async Task A_server_that_never_ends_its_answer_is_given_up()
    {
        var time = new ManualTime();
        using ITcpListener listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        await using var client = new TurnClient(
            new TurnServerEndpoint(listener.LocalAddress, TurnTransport.Tcp), Relay.Login, environment: new ClientEnvironment { Time = time });
        Task<TurnResult<RelayedSocket>> asking = client.AllocateAsync();
        await using TcpConnection connection = (await listener.AcceptAsync()).Value!;
        await connection.Stream.WriteAsync(new byte[] { 0x01, 0x13, 0xFF, 0xFC, 0x21, 0x12, 0xA4, 0x42 });
        await connection.Stream.WriteAsync(new byte[60_000]);

        await time.AdvanceUntilAsync(asking, TimeSpan.FromMilliseconds(500));

        Assert.Equal(TurnStatus.NoAnswer, (await asking).Outcome.Status);
    }

    /// <summary>Reads messages until one asks for the method, and grants that; data is passed over.</summary>
    private static async Task GrantAsync(Stream stream, StunMethod wanted)
    {
        byte[] buffer = new byte[70_000];
        while (true)
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 4)).AsTask().WaitAsync(Patience);
            int length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
            bool isData = (buffer[0] & 0x40) != 0;
            int rest = isData ? length : StunMessage.HeaderLength - 4 + length;
            await stream.ReadExactlyAsync(buffer.AsMemory(4, rest)).AsTask().WaitAsync(Patience);
            if (isData || Grant(buffer.AsSpan(0, 4 + rest), wanted) is not { } answer) continue;

            await stream.WriteAsync(answer);
            return;
        }
    }

    private static byte[]? Grant(ReadOnlySpan<byte> message, StunMethod wanted) =>
        StunMessage.TryParse(message, out StunMessage request) == StunParseStatus.Ok && request.Method == wanted
            ? FakeTurn.Success(in request, null)
            : null;

    private static TurnClient Client(ScriptedServer server) => new(new TurnServerEndpoint(TransportAddress.From(server.EndPoint)), Relay.Login);
}
