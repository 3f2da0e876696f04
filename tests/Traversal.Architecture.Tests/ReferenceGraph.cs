namespace Traversal.Architecture.Tests;

/// <summary>Who may use whom. Everything may use Primitives, and what a project may use it may reach through others too.</summary>
internal static class ReferenceGraph
{
    private const string Primitives = "Traversal.Primitives";

    private static readonly Dictionary<string, string[]> Rows = new(StringComparer.Ordinal)
    {
        [Primitives] = [],
        ["Traversal.Stun"] = [],
        ["Traversal.Turn"] = ["Traversal.Stun"],
        ["Traversal.Ice"] = ["Traversal.Stun"],
        ["Traversal.Connectivity"] = ["Traversal.Ice", "Traversal.Turn"],
        ["Traversal.Peer"] = [],
        ["Traversal.Transport"] = [],
        ["Traversal.Server"] = ["Traversal.Turn", "Traversal.Transport"],
        ["Traversal.Service"] = ["Traversal.Server", "Traversal.Peer"],
        ["Traversal.Client"] = ["Traversal.Connectivity", "Traversal.Peer", "Traversal.Transport"],
        ["Traversal.AspNetCore"] = ["Traversal.Client"],
        ["Traversal.Collaboration"] = ["Traversal.Client"],
        ["Traversal.Groups"] = ["Traversal.Collaboration"],
    };

    /// <summary>These see the public face of Client and of the values in it, not the machines behind.</summary>
    private static readonly Dictionary<string, string[]> Consumers = new(StringComparer.Ordinal)
    {
        ["Traversal.Collaboration"] = ["Traversal.Client", "Traversal.Peer"],
        ["Traversal.Groups"] = ["Traversal.Collaboration", "Traversal.Client", "Traversal.Peer"],
    };

    /// <summary>The projects that touch no socket, thread, file, clock or random source.</summary>
    public static IReadOnlyList<string> SansIO { get; } =
        [Primitives, "Traversal.Stun", "Traversal.Turn", "Traversal.Ice", "Traversal.Connectivity", "Traversal.Peer"];

    public static IReadOnlyList<string> MayUseAspNetCore { get; } = ["Traversal.Service", "Traversal.AspNetCore", "Traversal.Cli"];

    /// <summary>The one that has pointers, and the one that leaves stack memory uninitialised, for which the compiler wants the same leave.</summary>
    public static IReadOnlyList<string> MayBeUnsafe { get; } = ["Traversal.Transport", "Traversal.Stun"];

    /// <summary>The binary, which may use whatever it offers commands for.</summary>
    public static string Binary => "Traversal.Cli";

    public static bool Knows(string project) => project == Binary || Rows.ContainsKey(project);

    public static bool Allows(string user, string used) =>
        user == Binary || used == Primitives || (Consumers.TryGetValue(user, out string[]? faces) ? faces.Contains(used, StringComparer.Ordinal) : Reaches(user, used));

    private static bool Reaches(string user, string used) => Rows[user].Any(next => next == used || Reaches(next, used));
}
