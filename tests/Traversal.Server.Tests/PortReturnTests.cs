using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Server.Tests;

public sealed class PortReturnTests
{
    private const int Rounds = 300;

    // Where no other test's sockets take ports.
    private static readonly IPAddress RelayAddress = IPAddress.Parse("127.0.77.1");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Who_gives_up_the_only_port_leaves_it_to_whoever_asks_next_on_whichever_worker(int workers)
    {
        TurnServerOptions options = TestServer.Options(workers);
        options.Relay.RelayAddresses.Add(new(TransportAddress.From(RelayAddress, 0)));
        options.Relay.MinPort = options.Relay.MaxPort = FreePort();
        await using TurnServer server = await TestServer.StartAsync(options);

        for (int round = 0; round < Rounds; round++)
        {
            using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
            Assert.Equal(0, await client.AllocateAsync());
            Assert.Equal(0, await client.RefreshAsync(lifetimeSeconds: 0));
        }
    }

    private static ushort FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(RelayAddress, 0));
        return (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
