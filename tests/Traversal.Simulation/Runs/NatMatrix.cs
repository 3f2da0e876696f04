namespace Traversal.Simulation.Runs;

/// <summary>Which kinds of NAT and firewall reach each other without a relay, and without guessing ports: what is known of them, as a table.</summary>
public static class NatMatrix
{
    /// <summary>The kinds: an open host, a firewall, and mapping and filtering of each NAT.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["open", "fw", .. NatBehavior.All.Select(behavior => behavior.ToString())];

    private static readonly string[] Names = [.. Kinds];

    // D: there is a direct path. R: there is none. Rows and columns are the kinds in their order.
    private static readonly string[] Matrix =
    [
        "DDDDDDDDDDD",
        "DDDDDRRRRRR",
        "DDDDDDDDDDD",
        "DDDDDDDDDDD",
        "DDDDDRRRRRR",
        "DRDDRDDRDDR",
        "DRDDRDRRDRR",
        "DRDDRRRRRRR",
        "DRDDRDDRRRR",
        "DRDDRDRRRRR",
        "DRDDRRRRRRR",
    ];

    /// <summary>Whether hosts behind these reach each other.</summary>
    public static bool IsPossible(string one, string other) => Matrix[Array.IndexOf(Names, one)][Array.IndexOf(Names, other)] == 'D';

    /// <summary>A place of a kind.</summary>
    public static Place PlaceOf(string kind) => kind switch
    {
        "open" => Place.Open,
        "fw" => new Place([Obstacle.Firewall(EndpointBehavior.AddressAndPortDependent)]),
        _ => new Place([Obstacle.Nat(NatBehavior.All.Single(behavior => behavior.ToString() == kind))]),
    };
}
