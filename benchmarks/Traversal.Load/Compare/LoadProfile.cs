using Traversal.Load.Engine;

namespace Traversal.Load.Compare;

/// <summary>A kind of load that servers are compared under.</summary>
/// <param name="Name">Direction, clients and payload.</param>
/// <param name="Apply">Makes it of the options that all profiles of a comparison share.</param>
internal sealed record LoadProfile(string Name, Func<LoadOptions, LoadOptions> Apply)
{
    /// <summary>Voice, many clients, video, video in bursts (frames), and voice far from saturation.</summary>
    public static IReadOnlyList<LoadProfile> All { get; } =
    [
        new("up 100x160", options => options with { Directions = Directions.Up, Allocations = 100, Sizes = [160] }),
        new("down 100x160", options => options with { Directions = Directions.Down, Allocations = 100, Sizes = [160] }),
        new("both 100x160", options => options with { Allocations = 100, Sizes = [160] }),
        new("both 1000x160", options => options with { Allocations = 1000, Sizes = [160] }),
        new("video 100x1200", options => options with { Allocations = 100, Sizes = [1200] }),
        new("video burst8 10x1200", options => options with { Allocations = 10, Sizes = [1200], Burst = 8 }),
        new("paced 20k 1000x160", options => options with { Allocations = 1000, Sizes = [160], Rate = 10_000 }),
    ];
}
