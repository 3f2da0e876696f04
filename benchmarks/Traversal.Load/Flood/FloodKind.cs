namespace Traversal.Load.Flood;

/// <summary>What a server is flooded with.</summary>
internal enum FloodKind
{
    /// <summary>Random bytes.</summary>
    Garbage,

    /// <summary>Allocate requests without credentials.</summary>
    Allocate,

    /// <summary>The same, each with a forged source address.</summary>
    Spoofed,
}
