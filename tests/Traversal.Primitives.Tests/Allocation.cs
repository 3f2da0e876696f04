namespace Traversal.Primitives.Tests;

/// <summary>Counts what an action allocates on this thread once it is warm.</summary>
internal static class Allocation
{
    public static long Of(Action action)
    {
        action();
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
