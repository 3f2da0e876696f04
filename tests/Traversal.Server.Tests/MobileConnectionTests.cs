using Traversal.Server.Tests.Attacks;

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
}
