using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Interop.Tests.Programs;
using Traversal.Primitives;

namespace Traversal.Interop.Tests.Client;

/// <summary>This project's client and binary, over WebSockets.</summary>
public sealed class WebSocketServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(TurnTransport.WebSocket, "ws")]
    [InlineData(TurnTransport.SecureWebSocket, "wss")]
    public async Task Datagrams_go_both_ways(TurnTransport transport, string scheme)
    {
        using var certificate = new CertificateFolder();
        int port = LoopbackPorts.Find(2);
        await using TraversalServer server = await TraversalServer.StartAsync(
            port,
            [
                "--listen", $"{scheme}://127.0.0.1:{port + 1}", "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm,
                "--allow-peer", "127.0.0.0/8", "--http", "off", .. certificate.Options,
            ]);
        TransportAddress address = TransportAddress.Parse($"127.0.0.1:{port + 1}");
        await WaitUntilReadyAsync(address);
        await using var client = new TurnClient(
            new TurnServerEndpoint(address, transport),
            TurnLogin.FromPassword(TraversalServer.User, TraversalServer.Password),
            new TurnClientOptions { CertificateValidation = static (_, seen, _, _) => seen is not null });
        using var peer = new EchoPeer();
        TurnResult<RelayedSocket> result = await client.AllocateAsync().WaitAsync(Patience);
        Assert.True(result.IsOk, $"{result}\n{server.Process.Transcript}");
        await using RelayedSocket socket = result.Value;

        for (int length = 0; length < 1200; length += 111)
        {
            Assert.Equal(NetworkStatus.Ok, await socket.SendAsync(new byte[length], peer.Address));
            ReceivedDatagram arrival = await socket.ReceiveAsync(new byte[2000]).AsTask().WaitAsync(Patience);
            Assert.Equal((NetworkStatus.Ok, peer.Address, length), (arrival.Status, arrival.Source, arrival.Length));
        }

        Assert.True(await socket.RefreshAsync().WaitAsync(Patience));
    }

    // It opens the listeners of HTTP after the others.
    private static async Task WaitUntilReadyAsync(TransportAddress address)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            NetworkResult<TcpConnection> connected = await SystemNetwork.Instance.ConnectAsync(default, address, deadline.Token);
            if (connected.IsOk)
            {
                await connected.Value.DisposeAsync();
                return;
            }

            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }
}
