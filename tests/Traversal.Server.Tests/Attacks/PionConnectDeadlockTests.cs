using System.Net.Sockets;

namespace Traversal.Server.Tests.Attacks;

/// <summary>pion/turn v5: a second Connect to the same peer left a lock taken, and with it the whole listener dead for everybody.</summary>
public sealed class PionConnectDeadlockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_hundred_Connects_to_one_peer_are_one_connection_and_everybody_is_served(int workers)
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(workers, "127.0.0.0/8"));
        using Socket service = TcpRelayAttacker.Listen();
        string peer = service.LocalEndPoint!.ToString()!;
        using var attacker = new Attacker(server.Tcp());
        Assert.Equal(0, attacker.AllocateTcp());

        attacker.Send((byte[])[.. Enumerable.Range(0, 100).SelectMany(_ => attacker.Connecting(peer))]);
        int[] errors = [.. Enumerable.Range(0, 100).Select(_ => TurnTestClient.ErrorOf(attacker.Receive()!))];

        Assert.Equal(1, errors.Count(error => error == 0));
        Assert.Equal(99, errors.Count(error => error == 446));
        for (int i = 0; i < 2 * workers; i++)
        {
            using Attacker bystander = new(server.Tcp()), over = new(server.Udp());
            Assert.Equal(0, bystander.AllocateTcp());
            Assert.Equal(0, over.Allocate());
        }

        Assert.Equal(0, attacker.Refresh(600));
    }
}
