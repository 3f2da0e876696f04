using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>Builds places in a network, and gives addresses to who is in them.</summary>
internal sealed class Surroundings(VirtualNetwork network)
{
    // Addresses for benchmarks, of carriers and for documentation.
    private const uint FirstPublic = 0xC6_12_00_01, FirstOfCarrier = 0x64_40_00_01;
    private const ulong IPv6Prefix = 0x2001_0DB8_0001_0000;

    private uint _public, _ofCarrier;
    private ulong _ipv6;

    /// <summary>Builds a place, of which the outermost gateways are those of another.</summary>
    public Site Build(Place place, Site? neighbour = null, int shared = 0)
    {
        List<Gateway> gateways = neighbour is null ? [] : [.. neighbour.Gateways.Take(shared)];
        if (neighbour is not null && shared == place.Obstacles.Count && shared == neighbour.Gateways.Count && shared > 0) return neighbour;

        // Neighbours who are not in one network are not in one subnet.
        if (gateways.Count > 0) place = place with { Subnet = (byte)(neighbour!.Place.Subnet ^ 4) };
        foreach (Obstacle obstacle in place.Obstacles.Skip(gateways.Count)) gateways.Add(Build(obstacle, gateways.LastOrDefault()?.Inside ?? network.Internet));
        return new Site(place, gateways, gateways.LastOrDefault()?.Inside ?? network.Internet);
    }

    /// <summary>Gives a host its addresses there.</summary>
    /// <returns>The addresses, without a port.</returns>
    public IReadOnlyList<TransportAddress> Settle(Host host, Place place, Site site, Link link)
    {
        List<TransportAddress> addresses = [];
        if (place.IPv6 is { } filtering)
        {
            addresses.Add(TransportAddress.FromIPv6(IPv6Prefix + ++_ipv6, 1, 0));
            host.Connect(new Firewall(network, filtering) { BlocksUdp = place.BlocksUdp }.Inside, addresses[0], link);
        }

        if (place.HasIPv4)
        {
            addresses.Add(site.Inside.IsPublic ? NextPublic() : site.NextAddress());
            host.Connect(site.Inside, addresses[^1], link);
        }

        return addresses;
    }

    private Gateway Build(Obstacle obstacle, Realm outside) => obstacle.Kind switch
    {
        ObstacleKind.Nat => new Nat(network, outside.IsPublic ? NextPublic() : TransportAddress.FromIPv4(FirstOfCarrier + _ofCarrier++, 0), obstacle.Behavior, outside),
        ObstacleKind.Firewall => new Firewall(network, obstacle.Behavior.Filtering, outside),
        _ => new Firewall(network, outside: outside) { BlocksUdp = true },
    };

    private TransportAddress NextPublic() => TransportAddress.FromIPv4(FirstPublic + _public++, 0);
}
