using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>
/// The system calls. Each returns -1 on failure. The reason is in <see cref="LastError"/>; that of the three which are made for single datagrams is
/// in <see cref="LastErrorOfPlainCall"/>: to keep it safe for each call costs 3 % of what relaying a datagram does (80 of 2,376 ns measured).
/// </summary>
internal static unsafe partial class LibC
{
    // The runtime finds the C library of the system under this name, whichever it is.
    private const string Library = "libc";

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>
    /// The thread's error number as it stands. The runtime may have overwritten it since the call, though it takes care not to; so no more than
    /// a counter may depend on it.
    /// </summary>
    public static Errno LastErrorOfPlainCall => (Errno)Marshal.GetLastSystemError();

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, SocketName* name, uint length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(int socket, SocketName* name, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreatePoll(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlPoll(int poll, int operation, int descriptor, void* pollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int poll, void* events, int maxEvents, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int CreateTimer(int clock, int flags);

    [LibraryImport(Library, EntryPoint = "timerfd_settime", SetLastError = true)]
    public static partial int SetTimer(int timer, int flags, TimerSetting* setting, TimerSetting* previous);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "recvfrom")]
    public static partial nint ReceiveFrom(int socket, void* bytes, nuint length, int flags, SocketName* name, uint* nameLength);

    [LibraryImport(Library, EntryPoint = "recvmsg")]
    public static partial nint Receive(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveBatch(int socket, BatchedMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "sendto")]
    public static partial nint SendTo(int socket, void* bytes, nuint length, int flags, SocketName* name, uint nameLength);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendBatch(int socket, BatchedMessage* messages, uint count, int flags);
}
