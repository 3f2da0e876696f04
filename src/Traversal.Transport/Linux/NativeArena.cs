using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>
/// One piece of memory outside of the garbage collector's reach, for everything that the kernel is told of and for the datagrams. What is taken first
/// stands in one huge page where the system has them: a thread that slept finds its translations gone, and each page costs a walk (4 % of a relayed
/// datagram at 20,000 a second).
/// </summary>
internal sealed unsafe class NativeArena : IDisposable
{
    /// <summary>The size of a huge page, on x86-64 and on arm64 with pages of 4 KiB.</summary>
    private const int HugePage = 2 << 20;

    private const int CacheLine = 64;

    private byte* _memory;
    private nuint _free;
    private nuint _taken;

    /// <summary>Reserves memory; pages that nobody touches cost nothing.</summary>
    public NativeArena(long size)
    {
        _free = (nuint)Math.Max(size, HugePage);
        _memory = (byte*)NativeMemory.AlignedAlloc(_free, HugePage);

        // Only the first page: all of them would be resident for the few bytes that are used of each. A system without does not mind.
        _ = LibC.Advise(_memory, HugePage, Kernel.AdviseHugePage);
    }

    /// <summary>Takes room for so many items; what is in it is undefined.</summary>
    public T* Take<T>(int count)
        where T : unmanaged
    {
        T* items = (T*)(_memory + _taken);
        nuint end = _taken + (nuint)count * (nuint)sizeof(T);
        Debug.Assert(end <= _free, "The arena was made too small.");

        _taken = (end + CacheLine - 1) / CacheLine * CacheLine;
        return items;
    }

    /// <summary>Takes bytes from the end.</summary>
    public byte* TakeLast(int count)
    {
        _free -= (nuint)count;
        return _memory + _free;
    }

    /// <summary>Takes room for so many items that are all zeros.</summary>
    public T* TakeZeroed<T>(int count)
        where T : unmanaged
    {
        T* items = Take<T>(count);
        NativeMemory.Clear(items, (nuint)count * (nuint)sizeof(T));
        return items;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
