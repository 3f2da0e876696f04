namespace Traversal.Simulation.Runs;

/// <summary>What stands between a host and the Internet.</summary>
public enum ObstacleKind
{
    /// <summary>A NAT.</summary>
    Nat = 0,

    /// <summary>A firewall that translates nothing.</summary>
    Firewall,

    /// <summary>Something that lets no UDP through.</summary>
    Block,
}
