using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

/// <summary>Two clients whose allocations are on different workers, with a channel to each other.</summary>
internal sealed class ShardClients : IDisposable
{
    public static readonly ChannelNumber Channel = new(0x4000);

    private const int MostAttempts = 64;

    private ShardClients(TurnTestClient left, TurnTestClient right) => (Left, Right) = (left, right);

    /// <summary>The client on the first worker.</summary>
    public TurnTestClient Left { get; }

    /// <summary>The client on the second one.</summary>
    public TurnTestClient Right { get; }

    public static async Task<ShardClients> ConnectAsync(TurnServer server, ListenTransport left, ListenTransport right)
    {
        var clients = new ShardClients(await ConnectAsync(server, left, shard: 0), await ConnectAsync(server, right, shard: 1));
        Assert.Equal(0, await clients.Left.BindAsync(Channel, clients.Right.Relayed));
        Assert.Equal(0, await clients.Right.BindAsync(Channel, clients.Left.Relayed));
        return clients;
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    // The kernel decides where a client comes to; another source port is another decision.
    private static async Task<TurnTestClient> ConnectAsync(TurnServer server, ListenTransport transport, int shard)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            TurnTestClient client = await TurnTestClient.ConnectAsync(transport == ListenTransport.Udp ? server.Udp() : server.Tcp());
            long before = server.Shards[shard].RelayCounters[RelayCounter.AllocationsCreated];
            Assert.Equal(0, await client.AllocateAsync());
            if (server.Shards[shard].RelayCounters[RelayCounter.AllocationsCreated] > before) return client;
            client.Dispose();
        }

        throw new InvalidOperationException("The system gives every client to the same worker.");
    }
}
