using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>
/// The system calls that are made for every datagram or wait, by number: the C library's own functions are cancellation points, which costs a locked
/// instruction before and after each, and stand on a page each, which a thread that has slept finds cold. Each returns -1 on failure; the reason is in
/// <see cref="LastError"/> until the next call of any kind.
/// </summary>
/// <remarks>
/// Calls that never block keep the thread as it is towards the garbage collector (<see cref="SuppressGCTransitionAttribute"/>): a collection on another
/// thread waits for a call, tens of microseconds at most.
/// </remarks>
internal static unsafe partial class FastCalls
{
    private const string Library = "libc";

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly nint SendToNumber = IsX64 ? 44 : 206;
    private static readonly nint ReceiveFromNumber = IsX64 ? 45 : 207;
    private static readonly nint SendNumber = IsX64 ? 46 : 211;
    private static readonly nint ReceiveNumber = IsX64 ? 47 : 212;
    private static readonly nint ReceiveBatchNumber = IsX64 ? 299 : 243;
    private static readonly nint SendBatchNumber = IsX64 ? 307 : 269;
    private static readonly nint WaitNumber = IsX64 ? 281 : 22;

    /// <summary>Why the last call failed. To be read at once: the runtime makes calls of its own.</summary>
    public static Errno LastError => (Errno)Marshal.GetLastSystemError();

    /// <summary><c>recvfrom</c>.</summary>
    public static nint ReceiveFrom(int socket, void* bytes, nuint length, int flags, SocketName* name, uint* nameLength) =>
        CallWithoutBlocking(ReceiveFromNumber, socket, (nint)bytes, (nint)length, flags, (nint)name, (nint)nameLength);

    /// <summary><c>recvmsg</c>.</summary>
    public static nint Receive(int socket, MessageHeader* message, int flags) =>
        CallWithoutBlocking(ReceiveNumber, socket, (nint)message, flags, 0, 0, 0);

    /// <summary><c>recvmmsg</c>.</summary>
    public static int ReceiveBatch(int socket, BatchedMessage* messages, int count, int flags) =>
        (int)CallWithoutBlocking(ReceiveBatchNumber, socket, (nint)messages, count, flags, 0, 0);

    /// <summary><c>sendto</c>.</summary>
    public static nint SendTo(int socket, void* bytes, nuint length, int flags, SocketName* name, uint nameLength) =>
        CallWithoutBlocking(SendToNumber, socket, (nint)bytes, (nint)length, flags, (nint)name, (nint)nameLength);

    /// <summary><c>sendmsg</c>.</summary>
    public static nint Send(int socket, MessageHeader* message, int flags) =>
        CallWithoutBlocking(SendNumber, socket, (nint)message, flags, 0, 0, 0);

    /// <summary><c>sendmmsg</c>.</summary>
    public static int SendBatch(int socket, BatchedMessage* messages, int count, int flags) =>
        (int)CallWithoutBlocking(SendBatchNumber, socket, (nint)messages, count, flags, 0, 0);

    /// <summary><c>epoll_pwait</c> without a signal mask: <c>epoll_wait</c> is not a call of its own everywhere.</summary>
    public static int Wait(int poll, void* events, int maxEvents, int milliseconds) =>
        (int)Call(WaitNumber, poll, (nint)events, maxEvents, milliseconds, 0, 0);

    [LibraryImport(Library, EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint CallWithoutBlocking(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    [LibraryImport(Library, EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
