using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>Where a host stands.</summary>
/// <param name="Nats">
/// What is in front of its IPv4 address, the outermost first: two are those of a carrier and a home, one of them without any filter, as two filters that
/// look at different mappings are no kind of the matrix.
/// </param>
/// <param name="HasFirewall">Whether a firewall is, where there is no NAT.</param>
/// <param name="BlocksUdp">Whether no UDP passes, so that its TURN server is reached in another way.</param>
/// <param name="HasIPv6">Whether it has IPv6 too, behind a firewall.</param>
internal sealed record Place(NatBehavior[] Nats, bool HasFirewall, bool BlocksUdp, bool HasIPv6)
{
    public static Place Draw(RandomSource random)
    {
        var plain = new NatBehavior { Filtering = EndpointBehavior.Independent };
        NatBehavior[] nats = random.Next(6) switch
        {
            0 => [],
            4 => [DrawNat(random), plain],
            5 => [plain, DrawNat(random)],
            _ => [DrawNat(random)],
        };
        return new Place(nats, nats.Length == 0 && random.Next(2) == 0, random.Next(12) == 0, random.Next(4) == 0);
    }

    /// <summary>The kind of all NATs together.</summary>
    public string Kind => Nats.Length > 0
        ? new NatBehavior { Mapping = Nats.Max(nat => nat.Mapping), Filtering = Nats.Max(nat => nat.Filtering) }.ToString()
        : HasFirewall ? "fw" : "open";

    public override string ToString() =>
        $"{string.Join('+', Nats.Select(nat => nat.ToString()).DefaultIfEmpty(Kind))}{(HasIPv6 ? " v6" : "")}{(BlocksUdp ? " no UDP" : "")}";

    private static NatBehavior DrawNat(RandomSource random) => new()
    {
        Mapping = (EndpointBehavior)random.Next(3),
        Filtering = (EndpointBehavior)random.Next(3),
        Ports = (PortAssignment)random.Next(3),
        Hairpins = random.Next(2) == 0,
        Lifetime = TimeSpan.FromSeconds(30 + random.Next(90)),
        InboundRefreshes = random.Next(2) == 0,
    };
}
