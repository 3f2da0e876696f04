using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class EvenPortTests
{
    private static readonly Build EvenPort = (ref writer) => writer.AddEvenPort(reserveNext: false);
    private static readonly Build EvenPortAndNext = (ref writer) => writer.AddEvenPort(reserveNext: true);

    [Fact]
    public void An_even_port_is_even()
    {
        var relay = new TestRelay();
        for (int i = 0; i < 50; i++)
        {
            Sent sent = new TestClient(relay, $"198.1.0.7:{40000 + i}").Allocate(EvenPort);
            Assert.Equal(0, sent.Relayed.Port & 1);
            Assert.Equal(0ul, sent.Token);
        }
    }

    [Fact]
    public void The_token_redeems_the_next_port_once_from_anywhere()
    {
        var relay = new TestRelay();
        Sent first = new TestClient(relay).Allocate(EvenPortAndNext);
        Assert.Equal(0, first.Relayed.Port & 1);
        Assert.NotEqual(0ul, first.Token);

        Build redeem = (ref writer) => writer.AddReservationToken(first.Token);
        Sent second = new TestClient(relay, "[2a00:5::7]:1").Allocate(redeem);
        Assert.Equal(first.Relayed.Port + 1, second.Relayed.Port);
        Assert.True(first.Relayed.HasSameAddress(second.Relayed));
        Assert.Equal(508, new TestClient(relay, "198.1.0.8:2").Allocate(redeem).Code);
    }

    // RFC8656-7.2-7
    [Fact]
    public void A_reservation_lasts_30_seconds_and_no_longer()
    {
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort) = (50000, 50001));
        var client = new TestClient(relay);
        ulong token = client.Allocate(EvenPortAndNext).Token;
        client.Refresh(0);
        relay.Advance(29.9);
        var other = new TestClient(relay, "198.1.0.8:1");
        Assert.Equal(508, other.Allocate(EvenPortAndNext).Code);
        relay.Advance(0.2);
        Assert.Equal(508, other.Allocate((ref writer) => writer.AddReservationToken(token)).Code);
        Assert.True(other.Allocate(EvenPortAndNext).IsSuccess);
    }

    [Fact]
    public void A_reserved_port_is_given_to_nobody_else()
    {
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort) = (50000, 50003));
        ulong token = new TestClient(relay, "198.1.0.1:1").Allocate(EvenPortAndNext).Token;
        Assert.True(new TestClient(relay, "198.1.0.1:2").Allocate().IsSuccess);
        Assert.True(new TestClient(relay, "198.1.0.1:3").Allocate().IsSuccess);
        Assert.Equal(508, new TestClient(relay, "198.1.0.1:4").Allocate().Code);
        Assert.True(new TestClient(relay, "198.1.0.1:5").Allocate((ref writer) => writer.AddReservationToken(token)).IsSuccess);
    }

    [Fact]
    public void Without_a_pair_the_answer_is_508()
    {
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort) = (50001, 50002));
        Assert.Equal(508, new TestClient(relay, "198.1.0.1:1").Allocate(EvenPortAndNext).Code);
        Assert.Equal(50002, new TestClient(relay, "198.1.0.1:2").Allocate(EvenPort).Relayed.Port);
        Assert.Equal(508, new TestClient(relay, "198.1.0.1:3").Allocate(EvenPort).Code);
        Assert.Equal(50001, new TestClient(relay, "198.1.0.1:4").Allocate().Relayed.Port);
        Assert.Equal(508, new TestClient(relay, "198.1.0.1:5").Allocate().Code);
    }

    [Fact]
    public void No_port_is_lost_however_allocations_come_and_go()
    {
        const int Ports = 64;
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort, options.RepliesPerSecond) = (50000, 50000 + Ports - 1, 0));
        RandomSource random = RandomSource.Seeded(7);
        List<TestClient> clients = [];
        List<ulong> tokens = [];
        for (int i = 0; i < 3000; i++)
        {
            if (random.Next(20) == 0) relay.OpenFailure = _ => random.Next(3) == 0 ? RelayOpenFailure.PortTaken : null;
            if (random.Next(50) == 0) relay.Advance(random.Next(40));
            if (clients.Count > 0 && random.Next(2) == 0)
            {
                TestClient leaving = clients[random.Next(clients.Count)];
                leaving.Nonce = [];
                leaving.Refresh(0);
                clients.Remove(leaving);
                continue;
            }

            var client = new TestClient(relay, $"198.1.0.7:{1000 + i}");
            Sent sent = client.Allocate((ref writer) =>
            {
                int kind = random.Next(4);
                if (kind == 3 && tokens.Count > 0)
                    writer.AddReservationToken(tokens[random.Next(tokens.Count)]);
                else if (kind > 0)
                    writer.AddEvenPort(reserveNext: kind == 2);
            });
            if (!sent.IsSuccess) continue;
            clients.Add(client);
            if (sent.Token != 0) tokens.Add(sent.Token);
        }

        relay.OpenFailure = _ => null;
        relay.Advance(3700);
        Assert.Equal(0, relay.Machine.AllocationCount);
        for (int i = 0; i < Ports; i++) Assert.True(new TestClient(relay, $"198.1.0.8:{1000 + i}").Allocate().IsSuccess);
        Assert.Equal(508, new TestClient(relay, "198.1.0.8:1").Allocate().Code);
        Assert.Equal(Ports, relay.Group.ChargedCount);
    }

    // RFC8656-7.2-10
    [Fact]
    public void Ports_come_in_an_order_that_differs_from_run_to_run_and_covers_the_range()
    {
        ushort[] First(ulong seed)
        {
            var options = new RelayOptions { Realm = TestRelay.Realm };
            var relay = new TestRelay(group: new RelayGroup(options, RandomSource.Seeded(seed)));
            return [.. Enumerable.Range(0, 200).Select(i => new TestClient(relay, $"198.1.0.7:{1000 + i}").Allocate().Relayed.Port)];
        }

        ushort[] one = First(1), two = First(2);
        Assert.NotEqual(one, two);
        Assert.Equal(200, one.Distinct().Count());
        Assert.InRange(one.Count(port => port % 2 == 0), 60, 140);
        Assert.InRange(one.Count(port => port < 57344), 60, 140);
    }
}
