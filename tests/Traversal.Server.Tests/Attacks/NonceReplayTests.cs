using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// pion, eturnal: a nonce was good from any address; turn-rs: it was never looked at, so that a recorded request could be replayed for as long as
/// anybody liked.
/// </summary>
public sealed class NonceReplayTests
{
    [Fact]
    public async Task A_recorded_request_is_worth_nothing_from_another_address()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using Attacker victim = new(server.Udp()), attacker = new(server.Udp(), from: "127.0.0.2");
        Assert.Equal(0, victim.Allocate());
        byte[] recorded = victim.Message(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), authenticate: true);

        Assert.Equal(438, TurnTestClient.ErrorOf(attacker.Ask(recorded)));

        Assert.Equal(1, server.Allocations);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("obMatJos2AAAA")]
    [InlineData("obMatJos2AAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_nonce_of_ones_own_making_is_stale(string nonce)
    {
        await using TurnServer server = await AttackServer.StartAsync();
        using var attacker = new Attacker(server.Udp());
        attacker.Settle();
        attacker.Nonce = [.. System.Text.Encoding.ASCII.GetBytes(nonce), .. new byte[nonce.Length == 0 ? 1 : 0]];

        Assert.Equal(438, attacker.Allocate());
    }

    [Fact]
    public void A_recorded_request_grows_stale_within_ten_minutes()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        Assert.True(client.Allocate().IsSuccess);
        byte[] recorded = client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);

        relay.Advance(599);
        Assert.True(client.Send(recorded).IsSuccess);
        relay.Advance(2);

        Assert.Equal(438, client.Send(recorded).Code);
    }
}
