using System.ComponentModel;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Load.Native;

/// <summary>A socket of the kernel, without the framework's event loop behind it. One thread.</summary>
internal sealed unsafe class NativeSocket : IDisposable
{
    private const int MaxNameLength = 28;

    private NativeSocket(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; private set; }

    /// <summary>Opens a UDP socket bound to an address (port 0: any port).</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static NativeSocket OpenDatagram(in TransportAddress local) => Open(LibC.DatagramType, local);

    /// <summary>Opens a TCP socket bound to an address; <see cref="Connect"/> connects it.</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    public static NativeSocket OpenStream(in TransportAddress local)
    {
        NativeSocket socket = Open(LibC.StreamType, local);
        socket.SetOption(LibC.TcpLevel, LibC.TcpNoDelay, 1);
        return socket;
    }

    /// <summary>Opens a socket that sends IPv4 packets with the header that the caller writes, its source included.</summary>
    /// <exception cref="Win32Exception">The system refused: it takes CAP_NET_RAW.</exception>
    public static NativeSocket OpenRaw() =>
        new(Require(LibC.OpenSocket(LibC.FamilyIPv4, LibC.RawType | LibC.CloseOnExec, LibC.RawProtocol), "raw socket"));

    /// <summary>The address that the socket is bound to.</summary>
    public TransportAddress LocalAddress
    {
        get
        {
            byte* name = stackalloc byte[MaxNameLength];
            uint length = MaxNameLength;
            Require(LibC.GetLocalAddress(Descriptor, name, &length), "getsockname");
            TransportAddress.TryReadSocketAddress(new ReadOnlySpan<byte>(name, (int)length), out TransportAddress address);
            return address;
        }
    }

    /// <summary>Connects; on a stream it waits until the connection stands.</summary>
    /// <exception cref="Win32Exception">The system or the other side refused.</exception>
    public void Connect(in TransportAddress remote)
    {
        byte* name = stackalloc byte[MaxNameLength];
        int length = remote.WriteSocketAddress(new Span<byte>(name, MaxNameLength));
        Require(LibC.Connect(Descriptor, name, (uint)length), "connect");
    }

    /// <summary>Asks for buffers beyond the system's limit where this process may, else for as much as the limit allows.</summary>
    public void SetBuffers(int bytes)
    {
        if (!TrySetOption(LibC.SocketLevel, LibC.ReceiveBufferForce, bytes)) TrySetOption(LibC.SocketLevel, LibC.ReceiveBuffer, bytes);
        if (!TrySetOption(LibC.SocketLevel, LibC.SendBufferForce, bytes)) TrySetOption(LibC.SocketLevel, LibC.SendBuffer, bytes);
    }

    /// <summary>Sends without waiting. Returns the bytes taken, or the negative errno.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint sent = LibC.Send(Descriptor, start, (nuint)bytes.Length, LibC.DontWait | LibC.NoSignal);
            return sent >= 0 ? (int)sent : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Receives without waiting. Returns the bytes read, 0 at the end of a stream, or the negative errno.</summary>
    public int Receive(Span<byte> destination)
    {
        fixed (byte* start = destination)
        {
            nint received = LibC.Receive(Descriptor, start, (nuint)destination.Length, LibC.DontWait);
            return received >= 0 ? (int)received : -Marshal.GetLastPInvokeError();
        }
    }

    public void Dispose()
    {
        if (Descriptor < 0) return;

        LibC.Close(Descriptor);
        Descriptor = -1;
    }

    private static NativeSocket Open(int type, in TransportAddress local)
    {
        int family = local.IsIPv4 ? LibC.FamilyIPv4 : LibC.FamilyIPv6;
        var socket = new NativeSocket(Require(LibC.OpenSocket(family, type | LibC.CloseOnExec, 0), "socket"));
        byte* name = stackalloc byte[MaxNameLength];
        int length = local.WriteSocketAddress(new Span<byte>(name, MaxNameLength));
        Require(LibC.Bind(socket.Descriptor, name, (uint)length), $"bind to {local}");
        return socket;
    }

    private void SetOption(int level, int option, int value)
    {
        if (!TrySetOption(level, option, value)) throw Failure("setsockopt");
    }

    private bool TrySetOption(int level, int option, int value) => LibC.SetOption(Descriptor, level, option, &value, sizeof(int)) == 0;

    private static int Require(int result, string what) => result >= 0 ? result : throw Failure(what);

    private static Win32Exception Failure(string what)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new Win32Exception(errno, $"{what}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }
}
