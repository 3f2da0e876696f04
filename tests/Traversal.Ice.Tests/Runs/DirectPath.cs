using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>The oracle: whether two hosts can reach each other without a relay, and without guessing ports.</summary>
internal static class DirectPath
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

    public static bool IsPossible(Place one, Place other)
    {
        if (one.BlocksUdp || other.BlocksUdp) return false;
        return (one.HasIPv6 && other.HasIPv6) || IsPossible(one.Kind, other.Kind);
    }
}
