using Traversal.Server.Tests.Attacks;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

/// <summary>Clients that come back by another connection (RFC 8016).</summary>
public sealed class MobileConnectionTests
{
    [Fact]
    public async Task A_client_that_comes_back_by_another_connection_is_no_stranger_there()
    {
        TurnServerOptions options = MobileAttacker.Options(workers: 1, "127.0.0.0/8");
        await using TurnServer server = await TestServer.StartAsync(options);
        using var peer = new Victim();
        using Attacker first = new(server.Tcp()), second = new(server.Tcp());
        Assert.Equal(0, first.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, first.Bind(0x4000, peer.Endpoint));
        Assert.Equal(0, second.Move(ticket));

        // Longer than what a stranger may send.
        byte[] data = new byte[options.Streams.StrangerLimit + 4];
        second.SendBy(0x4000, data);
        Assert.Equal(data, peer.Receive());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_that_comes_back_by_a_connection_of_another_worker_is_served_there(int moves)
    {
        TurnServerOptions options = MobileAttacker.Options(workers: 2, "127.0.0.0/8");
        await using TurnServer server = await TestServer.StartAsync(options);
        using var peer = new Victim();
        using var first = new Attacker(server.Tcp());
        Assert.Equal(0, first.AllocateMobile(out byte[] ticket));
        Assert.Equal(0, first.Bind(0x4000, peer.Endpoint));

        // Connections go to the workers by turns, so that every other one is at the other worker.
        var connections = new List<Attacker>();
        for (int move = 0; move < moves; move++)
        {
            var next = new Attacker(server.Tcp());
            connections.Add(next);
            Assert.Equal(0, next.Move(ticket, out ticket));

            next.SendBy(0x4000, [1, 2, 3, (byte)move]);
            Assert.Equal([1, 2, 3, (byte)move], peer.Receive());
            byte[] data = new byte[options.Streams.StrangerLimit + 4];
            next.SendBy(0x4000, data);
            Assert.Equal(data, peer.Receive());
        }

        Assert.Equal(1, server.Allocations);
        Assert.Equal(moves, server.Count(RelayCounter.Moves));
        foreach (Attacker connection in connections) connection.Dispose();
    }
}
