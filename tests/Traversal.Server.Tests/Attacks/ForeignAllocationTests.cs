using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// coturn#1969: an allocation in the hands of another user; turn-rs: a lifetime without end; pion: refusals with the wrong code, or silence.
/// </summary>
public sealed class ForeignAllocationTests
{
    [Fact]
    public void Another_user_on_the_same_address_can_do_nothing_to_an_allocation()
    {
        var relay = new TestRelay(credentials: TestRelay.Credentials(("eve", "word")));
        var owner = new TestClient(relay);
        Assert.True(owner.Allocate().IsSuccess);
        var thief = new TestClient(relay, user: "eve", password: "word");

        Assert.Equal(441, thief.Refresh(0).Code);
        Assert.Equal(441, thief.CreatePermission("9.9.9.9:9").Code);
        Assert.Equal(441, thief.ChannelBind(0x4000, "9.9.9.9:9").Code);
        Assert.Equal(437, thief.Allocate().Code);
        Assert.Equal(1, relay.Machine.AllocationCount);
        Assert.True(owner.SendIndication("9.9.9.9:9", [1]).IsNothing);
    }

    [Fact]
    public async Task A_lifetime_has_an_end_whatever_is_asked_for()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());
        byte[] made = attacker.Request(StunMethod.Allocate, (ref writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            writer.AddLifetime(uint.MaxValue);
        });
        byte[] refreshed = attacker.Request(StunMethod.Refresh, (ref writer) => writer.AddLifetime(uint.MaxValue));

        Assert.Equal(TurnAttributeStatus.Present, Attacker.Parse(made).ReadLifetime(out uint first));
        Assert.Equal(TurnAttributeStatus.Present, Attacker.Parse(refreshed).ReadLifetime(out uint second));
        Assert.Equal((3600u, 3600u), (first, second));
    }

    [Fact]
    public async Task Without_an_allocation_there_is_an_answer_and_nothing_else()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());

        Assert.Equal(437, attacker.Refresh(600));
        Assert.Equal(437, attacker.Permit("9.9.9.9:9"));
        Assert.Equal(437, attacker.Bind(0x4000, "9.9.9.9:9"));
    }

    [Fact]
    public void Data_never_makes_anything_live_longer()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        client.Allocate();
        client.CreatePermission("9.9.9.8:8");
        client.ChannelBind(0x4000, "9.9.9.9:9");
        TransportAddress peer = TransportAddress.Parse("9.9.9.9:9"), other = TransportAddress.Parse("9.9.9.8:8");
        for (int second = 0; second < 299; second += 13, relay.Advance(13))
        {
            Assert.False(client.ChannelData(0x4000, [1]).IsNothing);
            Assert.False(client.SendIndication("9.9.9.8:8", [1]).IsNothing);
            Assert.False(relay.FromPeer(client.Relay, peer, [1]).IsNothing);
        }

        relay.Advance(2);
        Assert.True(client.SendIndication("9.9.9.8:8", [1]).IsNothing);
        Assert.True(relay.FromPeer(client.Relay, other, [1]).IsNothing);
        relay.Advance(301);
        Assert.True(client.ChannelData(0x4000, [1]).IsNothing);
        Assert.Equal(0, relay.Machine.AllocationCount);
    }
}
