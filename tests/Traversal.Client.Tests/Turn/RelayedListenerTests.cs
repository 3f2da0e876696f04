using System.Security.Cryptography;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests.Turn;

/// <summary>TCP connections through this project's own server (RFC 6062).</summary>
public sealed class RelayedListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // RFC6062-4.3-3: another connection to the same address of the server.
    [Theory]
    [InlineData(TurnTransport.Tcp)]
    [InlineData(TurnTransport.Tls)]
    public async Task A_connection_to_a_peer_carries_bytes_both_ways(TurnTransport transport)
    {
        await using Relay relay = await Relay.StartAsync(transport);
        await using TurnClient client = relay.Client(transport);
        await using RelayedListener listener = await ListenAsync(client);
        using ITcpListener peer = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;

        Task<NetworkResult<RelayedStream>> connecting = listener.ConnectAsync(peer.LocalAddress).AsTask();
        await using TcpConnection atPeer = (await peer.AcceptAsync().AsTask().WaitAsync(Patience)).Value!;

        // What the peer says at once may come in the same read as the server's answer.
        await atPeer.Stream.WriteAsync("hello"u8.ToArray());
        NetworkResult<RelayedStream> connected = await connecting.WaitAsync(Patience);
        Assert.Equal(NetworkStatus.Ok, connected.Status);
        await using RelayedStream stream = connected.Value!;
        Assert.Equal((peer.LocalAddress, listener.RelayedAddress), (stream.PeerAddress, stream.RelayedAddress));
        byte[] greeting = new byte[5];
        await stream.ReadExactlyAsync(greeting).AsTask().WaitAsync(Patience);
        Assert.Equal("hello"u8.ToArray(), greeting);
        await ExchangeAsync(stream, atPeer.Stream);
        await ExchangeAsync(atPeer.Stream, stream);
    }

    // RFC6062-4.4-1
    [Fact]
    public async Task A_permitted_peer_connects_and_another_one_does_not()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        await using TurnClient client = relay.Client(TurnTransport.Tcp);
        await using RelayedListener listener = await ListenAsync(client);
        Assert.Equal(NetworkStatus.Ok, await listener.PermitAsync(TransportAddress.Parse("127.0.0.1:0")));

        await using TcpConnection? stranger =
            (await SystemNetwork.Instance.ConnectAsync(TransportAddress.Parse("127.0.0.2:0"), listener.RelayedAddress)).Value;
        await using TcpConnection atPeer =
            (await SystemNetwork.Instance.ConnectAsync(TransportAddress.Parse("127.0.0.1:0"), listener.RelayedAddress)).Value!;
        NetworkResult<RelayedStream> accepted = await listener.AcceptAsync().AsTask().WaitAsync(Patience);

        await using RelayedStream stream = accepted.Value!;
        Assert.Equal(atPeer.LocalAddress, stream.PeerAddress);
        await ExchangeAsync(stream, atPeer.Stream);
        await ExchangeAsync(atPeer.Stream, stream);
        await atPeer.DisposeAsync();
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_peer_that_refuses_is_told_and_left_alone_for_a_while()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        await using TurnClient client = relay.Client(TurnTransport.Tcp);
        await using RelayedListener listener = await ListenAsync(client);
        ITcpListener peer = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
        peer.Dispose();

        Assert.Equal(NetworkStatus.Unreachable, (await listener.ConnectAsync(peer.LocalAddress).AsTask().WaitAsync(Patience)).Status);
        Assert.Equal(NetworkStatus.Unreachable, (await listener.ConnectAsync(peer.LocalAddress).AsTask().WaitAsync(Patience)).Status);
        Assert.Equal(NetworkStatus.Denied, (await listener.ConnectAsync(TransportAddress.Parse("10.1.2.3:9")).AsTask().WaitAsync(Patience)).Status);
        Assert.Equal(NetworkStatus.AddressNotAvailable, (await listener.ConnectAsync(TransportAddress.Parse("[::1]:9"))).Status);
        Assert.Equal(NetworkStatus.AddressNotAvailable, (await listener.ConnectAsync(TransportAddress.Parse("127.0.0.1:0"))).Status);
    }

    [Fact]
    public async Task Whoever_waits_is_told_that_the_listener_is_closed()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp);
        await using TurnClient client = relay.Client(TurnTransport.Tcp);
        RelayedListener listener = await ListenAsync(client);
        Task<NetworkResult<RelayedStream>> accepting = listener.AcceptAsync().AsTask();

        await listener.DisposeAsync();

        Assert.Equal(NetworkStatus.Closed, (await accepting.WaitAsync(Patience)).Status);
        Assert.Equal(NetworkStatus.Closed, (await listener.ConnectAsync(TransportAddress.Parse("127.0.0.1:9"))).Status);
        Assert.Equal(TurnStatus.Closed, (await listener.Ended).Status);
    }

    [Fact]
    public async Task Over_UDP_it_is_misuse_and_a_server_without_it_says_so()
    {
        await using Relay relay = await Relay.StartAsync(TurnTransport.Tcp, configure: static options => options.Relay.TcpRelay = false);
        await using TurnClient udp = new(relay.Endpoint(TurnTransport.Tcp) with { Transport = TurnTransport.Udp }, Relay.Login);
        await using TurnClient tcp = relay.Client(TurnTransport.Tcp);

        await Assert.ThrowsAsync<InvalidOperationException>(() => udp.ListenAsync());
        TurnOutcome refused = (await tcp.ListenAsync().WaitAsync(Patience)).Outcome;
        Assert.Equal((TurnStatus.NotSupported, StunErrorCode.UnsupportedTransportProtocol), (refused.Status, refused.Code));
        Assert.Contains("--tcp-relay", refused.ToString(), StringComparison.Ordinal);

        // What a URI says is data.
        await using TurnClient byUri = new(ServerUri.Parse("turn:127.0.0.1?transport=udp"), Relay.Login);
        Assert.Equal(TurnStatus.NotFound, (await byUri.ListenAsync().WaitAsync(Patience)).Outcome.Status);
    }

    private static async Task<RelayedListener> ListenAsync(TurnClient client)
    {
        TurnResult<RelayedListener> result = await client.ListenAsync().WaitAsync(Patience);
        Assert.True(result.IsOk, result.ToString());
        return result.Value;
    }

    private static async Task ExchangeAsync(Stream from, Stream to)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(100_000), received = new byte[sent.Length];
        Task writing = from.WriteAsync(sent).AsTask();
        await to.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);
        await writing.WaitAsync(Patience);
        Assert.Equal(sent, received);
    }
}
