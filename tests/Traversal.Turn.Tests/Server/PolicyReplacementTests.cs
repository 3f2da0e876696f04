using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class PolicyReplacementTests
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public PolicyReplacementTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
    }

    [Fact]
    public void What_the_new_policy_refuses_ends_at_once_and_the_rest_goes_on()
    {
        for (int i = 1; i <= 4; i++) _client.ChannelBind((ushort)(0x4000 + i), $"9.9.9.{i}:9");
        _client.CreatePermission("8.8.8.8:8", "7.7.7.7:7");
        Replace("-9.9.9.2/31", "-8.8.8.8");

        for (int i = 1; i <= 4; i++)
        {
            bool refused = i is 2 or 3;
            Assert.Equal(refused, _client.ChannelData((ushort)(0x4000 + i), [1]).IsNothing);
            Assert.Equal(refused, FromPeer($"9.9.9.{i}:9").IsNothing);
            Assert.Equal(refused, _client.SendIndication($"9.9.9.{i}:9", [1]).IsNothing);
        }

        Assert.True(_client.SendIndication("8.8.8.8:8", [1]).IsNothing);
        Assert.True(FromPeer("8.8.8.8:8").IsNothing);
        Assert.False(_client.SendIndication("7.7.7.7:7", [1]).IsNothing);
        Assert.Equal(5, _relay.Machine.Counters[RelayCounter.RevokedByPolicy]);
        Assert.Equal(403, _client.ChannelBind(0x4002, "9.9.9.2:9").Code);
        Replace();
        Assert.True(_client.ChannelBind(0x4002, "9.9.9.2:9").IsSuccess);
    }

    [Fact]
    public void Rules_with_ports_apply_to_every_packet()
    {
        _client.CreatePermission("9.9.9.9:1");
        _client.ChannelBind(0x4000, "9.9.9.9:53");
        Replace("-9.9.9.9:53");
        Assert.True(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.True(_client.SendIndication("9.9.9.9:53", [1]).IsNothing);
        Assert.False(_client.SendIndication("9.9.9.9:54", [1]).IsNothing);
        Assert.True(FromPeer("9.9.9.9:53").IsNothing);
        Assert.False(FromPeer("9.9.9.9:54").IsNothing);
        Assert.Equal(403, _client.ChannelBind(0x4001, "9.9.9.9:53").Code);
        Assert.True(_client.ChannelBind(0x4001, "9.9.9.9:54").IsSuccess);
        Assert.Equal(2, _relay.Machine.Counters[RelayCounter.DroppedByPolicy]);
        Replace();
        Assert.False(_client.SendIndication("9.9.9.9:53", [1]).IsNothing);
    }

    [Fact]
    public void Live_relays_of_the_server_are_reached_under_every_policy()
    {
        var other = new TestClient(_relay, "198.1.0.8:1");
        other.Allocate();
        _client.ChannelBind(0x4000, other.Relayed.ToString());
        other.ChannelBind(0x4000, _client.Relayed.ToString());
        Replace("-0.0.0.0/0");
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
        Assert.Equal(403, _client.CreatePermission("8.8.8.8:8").Code);
        Assert.True(_client.CreatePermission(other.Relayed.ToString()).IsSuccess);
    }

    private void Replace(params string[] rules) => _relay.Machine.ReplacePeerPolicy(PeerPolicy.Create(rules.Select(text =>
    {
        Assert.True(PeerRule.TryParse(text.AsSpan(1), text[0] == '+', out PeerRule? rule));
        return rule!;
    })));

    private Sent FromPeer(string peer) => _relay.FromPeer(_client.Relay, TransportAddress.Parse(peer), [1]);
}
