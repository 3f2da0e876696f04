using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>Which kinds of NAT and firewall reach each other without a relay, and without guessing ports: what is known of them, as a table.</summary>
internal static class NatMatrix
{
    public static readonly string[] Kinds = ["open", "fw", .. NatBehavior.All.Select(behavior => behavior.ToString())];

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

    public static bool IsPossible(string one, string other) => Matrix[Array.IndexOf(Kinds, one)][Array.IndexOf(Kinds, other)] == 'D';
}
