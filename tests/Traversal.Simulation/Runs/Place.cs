using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>Where a host stands.</summary>
/// <param name="Obstacles">What is in front of its IPv4 address, the outermost first: two NATs are those of a carrier and a home.</param>
/// <param name="Subnet">Tells private addresses apart: those of two hosts behind different NATs may be the same.</param>
/// <param name="IPv6">What a firewall in front of its IPv6 address looks at; null where it has no such address.</param>
/// <param name="HasIPv4">Whether it has an IPv4 address; one of the two it has.</param>
public sealed record Place(IReadOnlyList<Obstacle> Obstacles, byte Subnet = 0, EndpointBehavior? IPv6 = null, bool HasIPv4 = true)
{
    /// <summary>A host that everybody reaches.</summary>
    public static Place Open { get; } = new([]);

    /// <summary>Whether no UDP leaves it.</summary>
    public bool BlocksUdp => Obstacles.Any(obstacle => obstacle.Kind == ObstacleKind.Block);

    /// <summary>Whether everybody reaches it.</summary>
    public bool IsOpen => Obstacles.Count == 0;

    /// <summary>Whether a NAT maps a socket to another port for another destination.</summary>
    public bool MapsByDestination => HasIPv4 && Obstacles.Any(obstacle => obstacle is { Kind: ObstacleKind.Nat, Behavior.Mapping: not EndpointBehavior.Independent });

    /// <summary>Draws one.</summary>
    /// <param name="random">The luck.</param>
    /// <param name="shared">What it has in common with another one, the outermost first.</param>
    public static Place Draw(RandomSource random, IEnumerable<Obstacle>? shared = null)
    {
        List<Obstacle> obstacles = [.. shared ?? []];
        if (obstacles.Count == 0)
            DrawObstacles(obstacles, random);
        else if (random.Next(2) == 0)
            obstacles.Add(DrawNat(random));
        if (random.Next(12) == 0) obstacles.Add(Obstacle.Block);
        EndpointBehavior? ipv6 = random.Next(4) == 0 ? (EndpointBehavior)random.Next(3) : null;
        return new Place(obstacles, (byte)random.Next(4), ipv6, ipv6 is null || random.Next(4) > 0);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(IsOpen ? "open" : string.Join(" + ", Obstacles))}{(IPv6 is { } filtering ? $" v6 {NatBehavior.Short(filtering)}{(HasIPv4 ? "" : " alone")}" : "")}";

    private static void DrawObstacles(List<Obstacle> obstacles, RandomSource random)
    {
        switch (random.Next(12))
        {
            case 0:
                break;
            case 1:
                obstacles.Add(Obstacle.Firewall((EndpointBehavior)random.Next(3)));
                break;
            case < 9:
                obstacles.Add(DrawNat(random));
                break;
            default:
                obstacles.AddRange([DrawNat(random), DrawNat(random)]);
                break;
        }
    }

    private static Obstacle DrawNat(RandomSource random) => Obstacle.Nat(new NatBehavior
    {
        Mapping = (EndpointBehavior)random.Next(3),
        Filtering = (EndpointBehavior)random.Next(3),
        Ports = (PortAssignment)random.Next(3),
        Hairpins = random.Next(2) == 0,
        Lifetime = TimeSpan.FromSeconds(30 + random.Next(90)),
        InboundRefreshes = random.Next(2) == 0,
    });
}
