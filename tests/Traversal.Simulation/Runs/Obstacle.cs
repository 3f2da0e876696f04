namespace Traversal.Simulation.Runs;

/// <summary>One thing between a host and the Internet.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Behavior">What it does; of a firewall, the filtering alone counts.</param>
public sealed record Obstacle(ObstacleKind Kind, NatBehavior Behavior)
{
    /// <summary>A NAT.</summary>
    public static Obstacle Nat(NatBehavior behavior) => new(ObstacleKind.Nat, behavior);

    /// <summary>A firewall.</summary>
    public static Obstacle Firewall(EndpointBehavior filtering) => new(ObstacleKind.Firewall, new NatBehavior { Filtering = filtering });

    /// <summary>What lets no UDP through.</summary>
    public static Obstacle Block { get; } = new(ObstacleKind.Block, new NatBehavior());

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ObstacleKind.Nat => $"{Behavior} {Behavior.Ports.ToString().ToLowerInvariant()}{(Behavior.Hairpins ? " hairpin" : "")}",
        ObstacleKind.Firewall => $"fw {NatBehavior.Short(Behavior.Filtering)}",
        _ => "no UDP",
    };
}
