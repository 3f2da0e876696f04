using System.Security.Cryptography;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Peers;

/// <summary>Where UDP does not get through, TCP does.</summary>
public sealed class TcpTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Without_UDP_the_connection_is_over_TCP()
    {
        await using PeerPair pair = await new PeerPair(Soon, Soon, signaling: static whole => new Filtered(whole, IceTransport.Tcp)).ConnectAsync();
        await AssertCarriesAsync(pair);
    }

    [Fact]
    public async Task One_side_that_can_be_reached_is_enough_whichever_it_is()
    {
        // Only one of them tells where it is reached.
        for (int who = 0; who < 2; who++)
        {
            int told = who, made = 0;
            await using PeerPair pair = await new PeerPair(
                Soon, Soon, signaling: whole => made++ == told ? new Filtered(whole, IceTransport.Tcp) : new Filtered(whole, null)).ConnectAsync();
            await AssertCarriesAsync(pair);
        }
    }

    [Fact]
    public async Task Where_UDP_gets_through_it_is_taken()
    {
        await using PeerPair pair = await new PeerPair().ConnectAsync();
        Assert.Equal((PeerCarrierKind.Ice, PeerCarrierKind.Ice), (pair.Alice.Carrier, pair.Bob.Carrier));
    }

    [Fact]
    public async Task Without_either_it_fails_and_says_what_was_seen()
    {
        await using var pair = new PeerPair(Hurried, Hurried, signaling: static whole => new Filtered(whole, null));
        (PeerOutcome alice, PeerOutcome bob) = await pair.TryConnectAsync();
        Assert.Equal((PeerStatus.NoPath, PeerStatus.NoPath), (alice.Status, bob.Status));
        Assert.NotNull(alice.Ice?.Failure);
    }

    [Fact]
    public async Task Strangers_who_find_the_port_get_nothing_and_stop_nobody()
    {
        var ports = new TaskCompletionSource<TransportAddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = new PeerPair(Soon, Soon, signaling: whole => new Filtered(whole, IceTransport.Tcp, ports));
        Task<PeerOutcome> bob = pair.Bob.ConnectAsync(pair.Token);
        TransportAddress port = await ports.Task.WaitAsync(pair.Token);

        List<TcpConnection> strangers = [];
        for (int count = 0; count < 20; count++)
        {
            NetworkResult<TcpConnection> dialled = await SystemNetwork.Instance.ConnectAsync(default, port, pair.Token);
            if (!dialled.IsOk) continue;

            strangers.Add(dialled.Value);
            try
            {
                await dialled.Value.Stream.WriteAsync(RandomNumberGenerator.GetBytes(count * 3), pair.Token);
            }
            catch (IOException)
            {
                // Closed already: there are too many of them.
            }
        }

        // The first ones let go, as each that is not who it should be is let go after a time.
        foreach (TcpConnection stranger in strangers) await stranger.DisposeAsync();
        PeerOutcome alice = await pair.Alice.ConnectAsync(pair.Token);
        Assert.True(alice.IsConnected && (await bob).IsConnected, $"{alice}");
        await AssertCarriesAsync(pair);
    }

    [Fact]
    public async Task A_machine_whose_addresses_are_not_to_be_told_tells_none_of_TCP_either()
    {
        int made = 0;
        var told = new TaskCompletionSource<TransportAddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = new PeerPair(
            alice: static options => Shy(Soon(options)), bob: static options => Hurried(Soon(options)),
            signaling: whole => made++ == 0 ? new Filtered(whole, IceTransport.Tcp, told) : new Filtered(whole, null));
        await pair.TryConnectAsync();
        Assert.False(told.Task.IsCompleted);

        static PeerConnectionOptions Shy(PeerConnectionOptions options) => Hurried(options) with { Path = Hurried(options).Path with { Policy = CandidatePolicy.NoHost } };
    }

    private static PeerConnectionOptions Hurried(PeerConnectionOptions options) =>
        Soon(options) with { Path = options.Path with { Patience = TimeSpan.FromMilliseconds(300) } };

    private static PeerConnectionOptions Soon(PeerConnectionOptions options) => options with { TcpDelay = AtOnce };

    private static async Task AssertCarriesAsync(PeerPair pair)
    {
        Assert.Equal((PeerCarrierKind.Tcp, PeerCarrierKind.Tcp), (pair.Alice.Carrier, pair.Bob.Carrier));
        (PeerStream alices, PeerStream bobs) = await pair.OpenAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(2_000_000);
        Task<byte[]> reading = PeerConnectionTests.ReadAllAsync(bobs, pair.Token);
        await alices.WriteAsync(bytes, pair.Token);

        // Datagrams go in the stream, between its bytes.
        Assert.Equal(NetworkStatus.Ok, pair.Bob.SendDatagram("datagram"u8));
        byte[] buffer = new byte[100];
        ReceivedDatagram got = await pair.Alice.ReceiveDatagramAsync(buffer, pair.Token);
        Assert.Equal("datagram"u8.ToArray(), buffer[..got.Length]);

        await alices.DisposeAsync();
        await pair.Alice.CloseAsync(9, pair.Token);
        Assert.Equal(bytes, await reading);
        await pair.Bob.Closed.WaitAsync(pair.Token);
        Assert.Equal((PeerCloseReason.ClosedByPeer, 9L), (pair.Bob.CloseReason, pair.Bob.CloseCode));
    }

    /// <summary>Lets through candidates of one transport, or none.</summary>
    private sealed class Filtered(ISignaling whole, IceTransport? allowed, TaskCompletionSource<TransportAddress>? first = null) : ISignaling
    {
        public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
        {
            IceCandidate[] kept = [.. signal.Candidates.Where(candidate => candidate.Transport == allowed)];
            if (kept.Length > 0) first?.TrySetResult(kept[0].Address);
            return whole.SendAsync(signal with { Candidates = kept }, cancellationToken);
        }

        public ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken) => whole.ReceiveAsync(cancellationToken);
    }
}
