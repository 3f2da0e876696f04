using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Traversal.Fuzz;

/// <summary>
/// What the supervisor has to know of a worker that died: two flags in memory that both have mapped. Afl-fuzz reads the supervisor's and the
/// worker's answers from one pipe, so exactly one of them has to report how a run ended.
/// </summary>
internal sealed unsafe class WorkerState : IDisposable
{
    private const int Bytes = 4096;
    private const int GreetedOffset = 0;
    private const int RunningOffset = 1;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _flags;

    private WorkerState(int descriptor, bool create)
    {
        Descriptor = descriptor;
        var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite);
        if (create) stream.SetLength(Bytes);
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _flags);
    }

    /// <summary>By this number a worker inherits the memory.</summary>
    public int Descriptor { get; }

    /// <summary>Whether afl-fuzz has been greeted.</summary>
    public bool Greeted
    {
        get => Volatile.Read(ref _flags[GreetedOffset]) != 0;
        set => Volatile.Write(ref _flags[GreetedOffset], value ? (byte)1 : (byte)0);
    }

    /// <summary>Whether afl-fuzz waits for the status of a run.</summary>
    public bool Running
    {
        get => Volatile.Read(ref _flags[RunningOffset]) != 0;
        set => Volatile.Write(ref _flags[RunningOffset], value ? (byte)1 : (byte)0);
    }

    /// <summary>Makes the memory, in the supervisor.</summary>
    public static WorkerState Create() => new(LibC.CreateInheritableMemory("fuzz-worker"), create: true);

    /// <summary>Maps it, in a worker.</summary>
    public static WorkerState Open(int descriptor) => new(descriptor, create: false);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
