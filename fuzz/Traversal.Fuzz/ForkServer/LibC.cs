using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Traversal.Fuzz;

/// <summary>The few calls of the system that the framework has no words for.</summary>
internal static unsafe partial class LibC
{
    private const int SetParentDeathSignal = 1;
    private const int Interrupted = 4;
    private const int NoAccess = 0, ReadAndWrite = 3, PrivateAnonymous = 0x22;

    /// <summary>Maps a System V shared memory segment for the life of the process.</summary>
    public static void* Attach(int segment)
    {
        nint address = SharedMemoryAttach(segment, null, 0);
        return address != -1 ? (void*)address : throw new Win32Exception(Marshal.GetLastPInvokeError(), "shmat");
    }

    /// <summary>Anonymous memory that child processes inherit by descriptor number.</summary>
    public static int CreateInheritableMemory(string name)
    {
        int descriptor = MemoryFile(name, 0);
        return descriptor >= 0 ? descriptor : throw new Win32Exception(Marshal.GetLastPInvokeError(), "memfd_create");
    }

    /// <summary>Maps pages of which the last may not be touched; it is never unmapped.</summary>
    public static byte* MapGuarded(int usableBytes)
    {
        int page = Environment.SystemPageSize;
        nint start = MemoryMap(null, (nuint)(usableBytes + page), ReadAndWrite, PrivateAnonymous, -1, 0);
        if (start == -1 || Protect((void*)(start + usableBytes), (nuint)page, NoAccess) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "mmap");
        return (byte*)start;
    }

    /// <summary>Has the kernel send <paramref name="signal"/> to this process when the thread that started it ends.</summary>
    public static void DieWithParent(int signal)
    {
        if (ProcessControl(SetParentDeathSignal, (nuint)signal, 0, 0, 0) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "prctl");
    }

    /// <summary>Reads one word of the protocol; false at the end of the pipe.</summary>
    public static bool TryReadWord(int descriptor, out uint word)
    {
        uint value = 0;
        nint count;
        do count = Read(descriptor, &value, sizeof(uint));
        while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        word = value;
        return count == sizeof(uint);
    }

    /// <summary>Writes one word of the protocol; false when nobody reads.</summary>
    public static bool TryWriteWord(int descriptor, uint word)
    {
        nint count;
        do count = Write(descriptor, &word, sizeof(uint));
        while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return count == sizeof(uint);
    }

    /// <summary>Reads a file from its beginning, whatever its position; the number of bytes read, at most the buffer's.</summary>
    public static int ReadFromStart(int descriptor, Span<byte> buffer)
    {
        int total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                nint count = ReadAt(descriptor, start + total, (nuint)(buffer.Length - total), total);
                if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted) continue;
                if (count <= 0) break;
                total += (int)count;
            }
        }

        return total;
    }

    [LibraryImport("libc", EntryPoint = "shmat", SetLastError = true)]
    private static partial nint SharedMemoryAttach(int segment, void* address, int flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, void* buffer, nuint length, long offset);
}
