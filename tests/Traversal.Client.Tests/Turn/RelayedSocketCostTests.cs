using Traversal.Client.Network;
using Traversal.Client.Tests.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Turn;

/// <summary>
/// What a relayed datagram allocates, counted over the whole process, this project's server and the peer included. By TLS and WebSockets it is as little, but the
/// framework's own pools miss now and then where threads have to wait for a processor: <see cref="WebSocketCostTests"/> counts what is not the framework's.
/// </summary>
[Collection(nameof(DatagramCostTests))]
public sealed class RelayedSocketCostTests
{
    private const int Rounds = 10, Datagrams = 2000;

    // The runtime allocates now and then for itself, as when it compiles anew; one object for each datagram would be 48 kB in every round.
    private const int MostInRound = 20_000;

    [Theory]
    [InlineData(TurnTransport.Udp, true)]
    [InlineData(TurnTransport.Udp, false)]
    [InlineData(TurnTransport.Tcp, true)]
    [InlineData(TurnTransport.Tcp, false)]
    public async Task Datagrams_there_and_back_allocate_nothing(TurnTransport transport, bool bindsChannels)
    {
        await using Relay relay = await Relay.StartAsync(transport);
        await using TurnClient client = relay.Client(transport);
        using IDatagramSocket peer = SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("127.0.0.1:0")).Value!;
        TurnResult<RelayedSocket> result = await client.AllocateAsync(new RelayedSocketOptions { BindChannels = bindsChannels });
        await using RelayedSocket socket = result.Value!;
        Assert.Equal(NetworkStatus.Ok, bindsChannels ? await socket.BindChannelAsync(peer.LocalAddress) : await socket.PermitAsync(peer.LocalAddress));

        long least = long.MaxValue;
        for (int round = 0; round < Rounds * 4 && (round < Rounds || least > MostInRound); round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ExchangeAsync(socket, peer);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{least} bytes for {Datagrams} datagrams each way");
        Assert.InRange(least, 0, MostInRound);
    }

    private static async Task ExchangeAsync(RelayedSocket socket, IDatagramSocket peer)
    {
        byte[] payload = new byte[160], buffer = new byte[1500];
        for (int i = 0; i < Datagrams; i++)
        {
            ValueTask<ReceivedDatagram> atPeer = peer.ReceiveAsync(buffer);
            if (socket.Send(payload, peer.LocalAddress) != NetworkStatus.Ok) throw new IOException("The socket takes no datagram.");
            ReceivedDatagram arrival = await atPeer.ConfigureAwait(false);

            ValueTask<ReceivedDatagram> atSocket = socket.ReceiveAsync(buffer);
            peer.Send(payload, arrival.Source);
            if (!(await atSocket.ConfigureAwait(false)).IsOk) throw new IOException("The loopback lost a datagram.");
        }
    }
}
