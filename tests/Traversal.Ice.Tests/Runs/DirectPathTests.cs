using Traversal.Simulation;
using Traversal.Simulation.Runs;

namespace Traversal.Ice.Tests;

/// <summary>The oracle of the random runs knows what is known.</summary>
public sealed class DirectPathTests
{
    private static readonly Obstacle PortRestricted = Obstacle.Nat(new NatBehavior()), Hairpinning = Obstacle.Nat(new NatBehavior { Hairpins = true }),
        Symmetric = Obstacle.Nat(new NatBehavior { Mapping = EndpointBehavior.AddressAndPortDependent });

    public static TheoryData<string, string> Pairs => NatMatrixTests.Pairs;

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Of_two_kinds_what_the_table_says(string offerer, string answerer) =>
        Assert.Equal(NatMatrix.IsPossible(offerer, answerer), DirectPath.IsPossible(new Topology(NatMatrix.PlaceOf(offerer), NatMatrix.PlaceOf(answerer))));

    [Fact]
    public void Hosts_in_one_network_reach_each_other_whatever_is_in_front_of_it()
    {
        var place = new Place([Symmetric, Symmetric]);
        Assert.False(DirectPath.IsPossible(new Topology(place, place)));
        Assert.True(DirectPath.IsPossible(new Topology(place, place, Shared: 2)));
    }

    [Fact]
    public void Homes_of_one_carrier_reach_each_other_if_its_NAT_hairpins()
    {
        Assert.False(DirectPath.IsPossible(new Topology(new Place([PortRestricted, PortRestricted]), new Place([PortRestricted, PortRestricted]), Shared: 1)));
        Assert.True(DirectPath.IsPossible(new Topology(new Place([Hairpinning, PortRestricted]), new Place([Hairpinning, PortRestricted]), Shared: 1)));
    }

    [Fact]
    public void A_host_behind_another_NAT_in_the_network_of_the_other_reaches_it()
    {
        var inner = new Place([PortRestricted, PortRestricted]);
        Assert.True(DirectPath.IsPossible(new Topology(inner, new Place([PortRestricted]), Shared: 1)));
        Assert.True(DirectPath.IsPossible(new Topology(new Place([PortRestricted]), inner, Shared: 1)));
        Assert.True(DirectPath.IsPossible(new Topology(new Place([PortRestricted, PortRestricted, Symmetric]), inner, Shared: 2)));
    }

    [Fact]
    public void IPv6_reaches_through_firewalls_and_nothing_where_UDP_is_blocked()
    {
        Place four = new([Symmetric]), both = four with { IPv6 = EndpointBehavior.AddressAndPortDependent };
        Assert.False(DirectPath.IsPossible(new Topology(four, both)));
        Assert.True(DirectPath.IsPossible(new Topology(both, both)));
        Assert.False(DirectPath.IsPossible(new Topology(both, both with { Obstacles = [Symmetric, Obstacle.Block] })));
    }
}
