namespace Traversal.Turn.Server;

/// <summary>
/// The number by which a driver knows an allocation: its slot, and a generation that changes when the slot does, so that what belongs to the last
/// holder of a slot is not taken for the next one's. Always above 0.
/// </summary>
internal static class AllocationHandle
{
    public const int MaxIndex = (1 << IndexBits) - 1;

    private const int IndexBits = 22;
    private const int MaxGeneration = 0x1FF;

    public static int IndexOf(int handle) => handle & MaxIndex;

    /// <summary>The handle of a slot's next holder.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="last">The handle of the last holder; 0 for a new slot.</param>
    public static int Next(int slot, int last)
    {
        int generation = last >> IndexBits;
        return (generation == MaxGeneration ? 1 : generation + 1) << IndexBits | slot;
    }
}
