using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests.Turn;

/// <summary>A server that takes every connection of a mobile allocation, answers, and hangs up: it is not let keep its clients busy.</summary>
public sealed class ShortConnectionTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100), Horizon = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(30);

    private const int LastingConnection = 9;

    private readonly ManualTime _time = new();
    private readonly AnsweringNetwork _network = new();

    [Fact]
    public async Task Each_connection_is_waited_for_longer_until_one_lasts()
    {
        await using var client = new TurnClient(
            new TurnServerEndpoint(TransportAddress.Parse("192.0.2.10:3478"), TurnTransport.Tcp), Relay.Login,
            environment: new ClientEnvironment { Network = _network, Time = _time });
        TurnResult<RelayedSocket> result = await client.AllocateAsync(new RelayedSocketOptions { Mobility = true }).WaitAsync(Patience);
        RelayedSocket socket = result.Value!;

        // The first lasts until there is somebody to tell of moves. The second comes at once, the others after 1, 2, 4, 8, 16 and 30 seconds.
        _network.Last.HangUp();
        await AdvanceToConnectionAsync(8);
        Assert.True(_time.Elapsed.TotalSeconds >= 61, $"8 connections in {_time.Elapsed.TotalSeconds} s");
        Assert.False(socket.Ended.IsCompleted);

        await AdvanceToConnectionAsync(LastingConnection);
        for (int i = 0; i < 8; i++) Assert.Equal(RelayEventKind.Moved, (await socket.Events.ReadAsync().AsTask().WaitAsync(Patience)).Kind);
        await _time.AdvanceUntilAsync(() => _time.Elapsed.TotalSeconds > 150, Step, TimeSpan.FromMinutes(10));
        TimeSpan before = _time.Elapsed;
        _network.Last.HangUp();
        await AdvanceToConnectionAsync(10);
        Assert.True(_time.Elapsed - before < TimeSpan.FromSeconds(1), "After one that lasted there is nothing to wait for.");
        Assert.False(socket.Ended.IsCompleted);
        socket.Dispose();
    }

    private Task AdvanceToConnectionAsync(int number) => _time.AdvanceUntilAsync(() => _network.Connections == number, Step, Horizon);

    private sealed class AnsweringNetwork : INetwork
    {
        private int _connections;

        public int Connections => Volatile.Read(ref _connections);

        public AnsweringStream Last { get; private set; } = null!;

        public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default)
        {
            int number = _connections + 1;
            Last = new AnsweringStream(Answer, () => number is > 1 and < LastingConnection);
            Interlocked.Increment(ref _connections);
            return new(new NetworkResult<TcpConnection>(new TcpConnection(Last, TransportAddress.Parse($"192.0.2.1:{1000 + _connections}"), remote)));
        }

        public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default) => new(NetworkStatus.Denied);

        public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.Denied);

        public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => [];

        private static byte[]? Answer(byte[] message) =>
            StunMessage.TryParse(message, out StunMessage request) == StunParseStatus.Ok && request.Class == StunClass.Request
                ? FakeTurn.Success(in request, null, ticket: [1, 2, 3, 4])
                : null;
    }
}
