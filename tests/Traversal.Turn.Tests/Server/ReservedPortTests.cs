using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Between the two allocations of a pair no other program gets the second port (RFC 8656 section 7.2).</summary>
public sealed class ReservedPortTests
{
    private static readonly Build Pair = (ref writer) => writer.AddEvenPort(reserveNext: true);

    private readonly HeldPorts _ports = new();

    [Fact]
    public void The_second_port_is_held_until_the_token_redeems_it()
    {
        TestRelay relay = Relay(50_000, 50_001);
        ulong token = new TestClient(relay, "198.1.0.1:1").Allocate(Pair).Token;
        Assert.Equal(50_001, Assert.Single(_ports.Held).Port);

        // The relay's own socket can only be opened where nothing holds the port.
        relay.OpenFailure = local => _ports.Held.Contains(local) ? RelayOpenFailure.PortTaken : null;
        Sent second = new TestClient(relay, "198.1.0.1:2").Allocate((ref writer) => writer.AddReservationToken(token));

        Assert.Equal(50_001, second.Relayed.Port);
        Assert.Empty(_ports.Held);
    }

    [Fact]
    public void It_is_let_go_with_the_reservation()
    {
        TestRelay relay = Relay(50_000, 50_003);
        Assert.True(new TestClient(relay, "198.1.0.1:1").Allocate(Pair).IsSuccess);

        relay.Advance(30);
        Assert.True(new TestClient(relay, "198.1.0.1:2").Allocate().IsSuccess);

        Assert.Empty(_ports.Held);
    }

    [Fact]
    public void It_is_let_go_when_the_first_port_turns_out_to_be_taken()
    {
        TestRelay relay = Relay(50_000, 50_003);
        relay.OpenFailure = local => local.Port == 50_000 ? RelayOpenFailure.PortTaken : null;

        Assert.Equal(50_002, new TestClient(relay, "198.1.0.1:1").Allocate(Pair).Relayed.Port);

        Assert.Equal(50_003, Assert.Single(_ports.Held).Port);
    }

    [Fact]
    public void A_pair_whose_second_port_another_program_has_is_not_given()
    {
        TestRelay relay = Relay(50_000, 50_003);
        _ports.OfOthers.Add(50_001);

        Assert.Equal(50_002, new TestClient(relay, "198.1.0.1:1").Allocate(Pair).Relayed.Port);
        Assert.Equal(508, new TestClient(relay, "198.1.0.1:2").Allocate(Pair).Code);

        // The port in front of it is as good as any.
        Assert.Equal(50_000, new TestClient(relay, "198.1.0.1:3").Allocate().Relayed.Port);
        Assert.Equal(3, relay.Group.ChargedCount);
    }

    [Fact]
    public void Where_other_programs_have_all_second_ports_the_answer_is_508_and_nothing_stays_charged()
    {
        TestRelay relay = Relay(50_000, 50_999);
        for (int port = 50_001; port < 51_000; port += 2) _ports.OfOthers.Add(port);

        Assert.Equal(508, new TestClient(relay, "198.1.0.1:1").Allocate(Pair).Code);

        Assert.InRange(_ports.Asked, 1, 16);
        Assert.Equal(0, relay.Group.ChargedCount);
    }

    private TestRelay Relay(int minPort, int maxPort) => new(group: new RelayGroup(
        new RelayOptions { Realm = TestRelay.Realm, MinPort = (ushort)minPort, MaxPort = (ushort)maxPort }, RandomSource.Seeded(1), _ports));

    private sealed class HeldPorts : IReservedPorts
    {
        public HashSet<TransportAddress> Held { get; } = [];

        public HashSet<int> OfOthers { get; } = [];

        public int Asked { get; private set; }

        public bool TryHold(in TransportAddress local)
        {
            Asked++;
            return !OfOthers.Contains(local.Port) && Held.Add(local);
        }

        public void Release(in TransportAddress local) => Assert.True(Held.Remove(local), $"{local} was not held.");
    }
}
