using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>Memory outside of the garbage collector's reach, where the kernel can be told of places once and for all.</summary>
internal readonly unsafe struct NativeArray<T>
    where T : unmanaged
{
    private const nuint PageSize = 4096;

    private NativeArray(T* items, int count)
    {
        Items = items;
        Count = count;
    }

    public T* Items { get; }

    public int Count { get; }

    /// <summary>Reserves memory without touching it; what is in it is undefined.</summary>
    public static NativeArray<T> Reserve(int count) =>
        new((T*)NativeMemory.AlignedAlloc((nuint)count * (nuint)sizeof(T), PageSize), count);

    /// <summary>Reserves memory that is all zeros.</summary>
    public static NativeArray<T> Zeroed(int count)
    {
        NativeArray<T> array = Reserve(count);
        NativeMemory.Clear(array.Items, (nuint)count * (nuint)sizeof(T));
        return array;
    }

    public void Free() => NativeMemory.AlignedFree(Items);
}
