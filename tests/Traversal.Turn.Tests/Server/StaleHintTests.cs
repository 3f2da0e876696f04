using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>What was looked up before the machine changed harms nobody.</summary>
public sealed class StaleHintTests
{
    private const ushort Channel = 0x4000;
    private const string Peer = "9.9.9.9:9";

    private static readonly byte[] Slab = TestClient.ChannelDataBytes(Channel, [1]);

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;
    private readonly TestClient _other;

    public StaleHintTests()
    {
        _client = Start("198.1.0.7:40000");
        _other = Start("198.1.0.8:1");
    }

    [Fact]
    public void A_hint_is_no_right_to_the_allocation_that_took_the_place_of_another()
    {
        Datagram[] batch = [DataFrom(_client)];
        int[] hints = new int[1];
        _relay.Machine.Anticipate(batch, new int[1], hints);
        _client.Refresh(0);
        Assert.Equal(0, _relay.Machine.ForwardData(batch, hints, Slab, _relay.Clock, new Datagram[1]));

        TestClient next = Start("198.1.0.9:1");
        Assert.Equal(0, _relay.Machine.ForwardData(batch, hints, Slab, _relay.Clock, new Datagram[1]));
        Assert.Equal(1, _relay.Machine.ForwardData([DataFrom(next)], hints, Slab, _relay.Clock, new Datagram[1]));
    }

    [Fact]
    public void A_hint_outlives_the_growth_of_the_table()
    {
        Datagram[] batch = [DataFrom(_client), DataFrom(_other)];
        int[] hints = new int[2];
        _relay.Machine.Anticipate(batch, new int[2], hints);
        for (int i = 1; i <= 100; i++) new TestClient(_relay, $"198.1.1.{i}:1").Allocate();

        var outgoing = new Datagram[2];
        Assert.Equal(2, _relay.Machine.ForwardData(batch, hints, Slab, _relay.Clock, outgoing));
        Assert.Equal([_client.Relay, _other.Relay], outgoing.Select(datagram => datagram.Socket));
    }

    private TestClient Start(string address)
    {
        var client = new TestClient(_relay, address);
        client.Allocate();
        client.ChannelBind(Channel, Peer);
        return client;
    }

    private static Datagram DataFrom(TestClient client) => new(client.Via, 0, Slab.Length, client.Address);
}
