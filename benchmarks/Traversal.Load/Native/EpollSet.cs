using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Traversal.Load.Native;

/// <summary>Sockets watched for something to read, each under a number. One thread.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int Capacity = 64;

    // struct epoll_event is packed on x86-64 and on no other architecture.
    private static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventLength = KeyOffset + sizeof(ulong);

    private readonly int _descriptor;
    private readonly byte* _events;

    public EpollSet()
    {
        _descriptor = LibC.CreateEpoll(LibC.CloseOnExec);
        if (_descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * EventLength));
    }

    /// <summary>Watches a socket until it is closed.</summary>
    public void Add(NativeSocket socket, int key)
    {
        byte* change = stackalloc byte[EventLength];
        *(uint*)change = LibC.EpollIn;
        *(ulong*)(change + KeyOffset) = (ulong)key;
        if (LibC.ControlEpoll(_descriptor, LibC.EpollAdd, socket.Descriptor, change) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Returns how many sockets are ready, 64 at most; <see cref="Key"/> says which.</summary>
    public int Wait(int timeoutMilliseconds) => Math.Max(0, LibC.WaitEpoll(_descriptor, _events, Capacity, timeoutMilliseconds));

    /// <summary>The number of the socket that was reported in position <paramref name="index"/>.</summary>
    public int Key(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Capacity, nameof(index));
        return (int)*(ulong*)(_events + index * EventLength + KeyOffset);
    }

    public void Dispose()
    {
        LibC.Close(_descriptor);
        NativeMemory.Free(_events);
    }
}
