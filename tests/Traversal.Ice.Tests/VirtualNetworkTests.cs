using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>The network in a box does what RFC 4787 says of each kind, or the runs in it would show nothing.</summary>
public sealed class VirtualNetworkTests
{
    private static readonly TransportAddress Inner = TransportAddress.Parse("10.0.0.2:5000"), Outer = TransportAddress.Parse("198.18.0.1:0");
    private static readonly TransportAddress One = TransportAddress.Parse("203.0.113.1:1000"), OnePort = TransportAddress.Parse("203.0.113.1:1001"), Two = TransportAddress.Parse("203.0.113.2:1000");

    private readonly VirtualNetwork _network = new(3);
    private readonly List<Packet> _atPeers = [], _atHost = [];

    public static TheoryData<EndpointBehavior> Behaviors => [.. Enum.GetValues<EndpointBehavior>()];

    [Theory]
    [MemberData(nameof(Behaviors))]
    public void A_mapping_is_kept_for_what_the_kind_looks_at(EndpointBehavior mapping)
    {
        Host host = Behind(new NatBehavior { Mapping = mapping });
        TransportAddress[] seen = [.. new[] { One, OnePort, Two, One }.Select(peer => SeenBy(host, peer))];

        Assert.Equal(mapping != EndpointBehavior.AddressAndPortDependent, seen[0] == seen[1]);
        Assert.Equal(mapping == EndpointBehavior.Independent, seen[0] == seen[2]);
        Assert.Equal(seen[0], seen[3]);
        Assert.All(seen, address => Assert.True(address.HasSameAddress(in Outer)));
    }

    [Theory]
    [MemberData(nameof(Behaviors))]
    public void Who_may_answer_is_what_the_kind_looks_at(EndpointBehavior filtering)
    {
        Host host = Behind(new NatBehavior { Filtering = filtering });
        TransportAddress mapped = SeenBy(host, One);

        Assert.True(Reaches(One, mapped));
        Assert.Equal(filtering != EndpointBehavior.AddressAndPortDependent, Reaches(OnePort, mapped));
        Assert.Equal(filtering == EndpointBehavior.Independent, Reaches(Two, mapped));
        Assert.All(_atHost, packet => Assert.Equal(Inner, packet.Destination));
    }

    [Theory]
    [InlineData(PortAssignment.Preserving)]
    [InlineData(PortAssignment.Sequential)]
    [InlineData(PortAssignment.Random)]
    public void Ports_are_given_as_the_kind_says(PortAssignment assignment)
    {
        Host host = Behind(new NatBehavior { Mapping = EndpointBehavior.AddressDependent, Ports = assignment });
        int first = SeenBy(host, One).Port, second = SeenBy(host, Two).Port;

        Assert.NotEqual(first, second);
        Assert.Equal(assignment == PortAssignment.Preserving, first == Inner.Port);
        Assert.Equal(assignment == PortAssignment.Sequential, second == first + 1);
    }

    [Theory]
    [InlineData(false, 29, true)]
    [InlineData(false, 31, false)]
    [InlineData(true, 31, true)]
    public void A_mapping_ends_without_use(bool inboundRefreshes, double seconds, bool isThere)
    {
        Host host = Behind(new NatBehavior { Lifetime = TimeSpan.FromSeconds(30), InboundRefreshes = inboundRefreshes });
        TransportAddress mapped = SeenBy(host, One);
        _network.Run(TimeSpan.FromSeconds(seconds / 2));
        Assert.True(Reaches(One, mapped));
        _network.Run(TimeSpan.FromSeconds(seconds / 2));

        Assert.Equal(isThere, Reaches(One, mapped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hosts_behind_one_NAT_reach_each_other_by_their_mappings_if_it_hairpins(bool hairpins)
    {
        var nat = new Nat(_network, in Outer, new NatBehavior { Hairpins = hairpins, Filtering = EndpointBehavior.Independent });
        Host host = HostIn(nat.Inside, in Inner);
        TransportAddress neighbour = TransportAddress.Parse("10.0.0.3:6000"), mapped = SeenBy(host, One);
        HostIn(nat.Inside, in neighbour).Send(in neighbour, in mapped, [1]);
        _network.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(hairpins ? 1 : 0, _atHost.Count);
        Assert.All(_atHost, packet => Assert.True(packet.Source.HasSameAddress(in Outer)));
    }

    [Fact]
    public void A_firewall_translates_nothing_and_lets_in_what_answers()
    {
        TransportAddress address = TransportAddress.Parse("198.18.0.9:5000");
        Host host = HostIn(new Firewall(_network).Inside, in address);
        Assert.False(Reaches(One, address));
        Assert.Equal(address, SeenBy(host, One));

        Assert.True(Reaches(One, address));
        Assert.False(Reaches(OnePort, address));
    }

    [Fact]
    public void Who_has_left_a_firewall_is_not_in_front_of_it_either()
    {
        TransportAddress address = TransportAddress.Parse("198.18.0.9:5000");
        Host host = HostIn(new Firewall(_network, EndpointBehavior.Independent).Inside, in address);
        SeenBy(host, One);
        Assert.True(Reaches(One, address));
        host.Disconnect(in address);
        new Host(_network, _network.Internet, in address).Open(in address, _atPeers.Add);
        Assert.False(Reaches(One, address));

        Assert.Equal(address, _atPeers[^1].Destination);
    }

    [Fact]
    public void What_is_on_its_way_when_a_host_leaves_is_lost_though_the_host_has_the_same_address_elsewhere()
    {
        var slow = Link.WithLatency(100);
        Realm home = new Nat(_network, in Outer, new NatBehavior()).Inside, next = new Nat(_network, TransportAddress.Parse("198.18.0.2:0"), new NatBehavior()).Inside;
        var host = new Host(_network, home, in Inner, slow);
        host.Open(in Inner, _atHost.Add);
        TransportAddress mapped = SeenBy(host, One);
        new Host(_network, _network.Internet, in One).Send(in One, in mapped, [2]);
        _network.Run(TimeSpan.FromMilliseconds(50));
        host.Disconnect(in Inner);
        host.Connect(next, in Inner, slow);
        _network.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(_atHost);
    }

    [Fact]
    public void A_link_takes_its_time_loses_doubles_and_reorders_and_a_seed_makes_it_do_so_again()
    {
        List<(int Number, double At)> first = Send(7), again = Send(7), other = Send(8);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count, 800, 980);
        Assert.Contains(first.GroupBy(packet => packet.Number), copies => copies.Count() == 2);
        Assert.NotEqual(first.Select(packet => packet.Number), first.Select(packet => packet.Number).Order());

        static List<(int, double)> Send(ulong seed)
        {
            var network = new VirtualNetwork(seed);
            var link = new Link { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(30), Loss = 0.2, Duplication = 0.1, Mtu = 2 };
            var host = new Host(network, network.Internet, in One, link);
            List<(int, double)> came = [];
            MonotonicTime start = network.Now;
            new Host(network, network.Internet, in Two).Open(in Two, packet => came.Add((packet.Bytes[0] << 8 | packet.Bytes[1], (network.Now - start).TotalMilliseconds)));
            for (int i = 0; i < 1000; i++) host.Send(in One, in Two, [(byte)(i >> 8), (byte)i]);
            host.Send(in One, in Two, [1, 2, 3]);
            network.Run(TimeSpan.FromSeconds(1));
            Assert.All(came, packet => Assert.InRange(packet.Item2, 20, 50));
            return came;
        }
    }

    private Host Behind(NatBehavior behavior) => HostIn(new Nat(_network, in Outer, behavior).Inside, in Inner);

    private Host HostIn(Realm realm, in TransportAddress address)
    {
        var host = new Host(_network, realm, in address);
        host.Open(in address, _atHost.Add);
        return host;
    }

    private TransportAddress SeenBy(Host host, TransportAddress peer)
    {
        new Host(_network, _network.Internet, in peer).Open(in peer, _atPeers.Add);
        host.Send(host.Addresses.First().WithPort(5000), in peer, [1]);
        _network.Run(TimeSpan.FromMilliseconds(110));
        return _atPeers[^1].Source;
    }

    private bool Reaches(TransportAddress from, TransportAddress to)
    {
        int before = _atHost.Count;
        new Host(_network, _network.Internet, in from).Send(in from, in to, [2]);
        _network.Run(TimeSpan.FromMilliseconds(10));
        return _atHost.Count > before;
    }
}
