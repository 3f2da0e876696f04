using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The number by which a driver knows an allocation: its slot, and some bits of the slot's generation, so that what belongs to the last holder of a
/// slot is not taken for the next one's. Never 0.
/// </summary>
internal static class AllocationHandle
{
    public const int MaxIndex = (1 << IndexBits) - 1;

    private const int IndexBits = 22;
    private const int GenerationMask = 0x1FF;

    // The generation of a slot in use is odd, and so the handle is not 0; with 31 bits it is not negative either.
    public static int Of(SlabHandle handle) => (int)(handle.Generation & GenerationMask) << IndexBits | handle.Index;

    public static int IndexOf(int handle) => handle & MaxIndex;
}
