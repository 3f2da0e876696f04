using Traversal.Server.Tests.Attacks;
using Traversal.Stun;
using Traversal.Transport;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

public sealed class StaleSocketTests
{
    // A socket that is opened while a batch is worked off may get the place of one that was closed in the same batch.
    [Fact]
    public async Task What_a_closed_relay_has_received_goes_to_nobody_elses_client()
    {
        using var time = new GatedTime();
        TurnServerOptions options = AttackServer.Options("127.0.0.0/8");
        options.Engine = EngineKind.Managed; // It reads all that a listener has before it looks at the next socket.
        await using var server = new TurnServer(options, time: time);
        await server.StartAsync();
        using var peer = new Victim();
        using Attacker owner = new(server.Udp()), helper = new(server.Udp()), thief = new(server.Udp());
        Assert.Equal(0, owner.Allocate());
        Assert.Equal(0, owner.Permit(peer.Endpoint));
        Assert.Equal(0, helper.Allocate());
        Assert.Equal(437, thief.Refresh(600)); // It has a nonce now.

        time.Close();
        thief.Send(thief.Message(StunMethod.Binding, null, authenticate: false));
        await RelayingTests.Eventually(() => time.IsHolding);
        owner.Send(End(owner));
        thief.Send(thief.Message(StunMethod.Allocate, (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Udp), authenticate: true));
        helper.Send(End(helper));
        thief.Send(thief.Message(StunMethod.CreatePermission, (ref StunMessageWriter writer) => writer.AddPeerAddress(peer.Address), authenticate: true));
        peer.SendTo(owner.Relayed, [7]);
        time.Open();

        // The first answer may be of the same batch, the second is of a later one.
        owner.Settle();
        owner.Settle();
        while (thief.Socket.Available > 0) Assert.NotEqual(StunMethod.Data, Attacker.Parse(thief.Receive()!).Method);
        Assert.Equal(3, server.Count(RelayCounter.AllocationsCreated));
        Assert.Equal(2, server.Count(RelayCounter.PermissionRequests));
    }

    private static byte[] End(Attacker client) =>
        client.Message(StunMethod.Refresh, static (ref StunMessageWriter writer) => writer.AddLifetime(0), authenticate: true);
}
