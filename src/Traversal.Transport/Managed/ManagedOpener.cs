using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>Opens and binds datagram sockets.</summary>
internal static class ManagedOpener
{
    // SOL_SOCKET and SO_REUSEPORT of Linux. ReuseAddress would set SO_REUSEADDR too, which lets anyone take the port over.
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    // SO_SNDBUFFORCE and SO_RCVBUFFORCE of Linux.
    private const int ForceSendBuffer = 32;
    private const int ForceReceiveBuffer = 33;

    // SIO_UDP_CONNRESET: without it, Windows fails receives after an ICMP error for something sent earlier.
    private const int UdpConnectionReset = unchecked((int)0x9800000C);

    /// <summary>Whether listeners of several shards can share an address: elsewhere the kernel does not spread clients over them.</summary>
    public static bool CanShare => OperatingSystem.IsLinux();

    public static bool TryOpen(
        in TransportAddress local,
        SocketRole role,
        DatagramEngineOptions options,
        out Socket? socket,
        out TransportAddress bound,
        out OpenFailure failure)
    {
        socket = null;
        bound = default;
        failure = OpenFailure.None;
        if (role == SocketRole.ListenerShare && !CanShare)
        {
            failure = OpenFailure.NotSupported;
            return false;
        }

        try
        {
            socket = new Socket(SocketAddressCodec.FamilyOf(in local), SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            if (local.IsIPv4) socket.DontFragment = false;
            SetBuffers(socket, role == SocketRole.Relay ? options.RelayBuffer : options.ListenerBuffer);
            if (OperatingSystem.IsWindows()) socket.IOControl(UdpConnectionReset, [0, 0, 0, 0], null);

            // The first bind is exclusive, so that it fails if anyone has the port; shares may join only after it.
            if (role == SocketRole.ListenerShare) AllowShares(socket);
            socket.Bind(local.ToIPEndPoint());
            if (role == SocketRole.Listener && CanShare) AllowShares(socket);

            bound = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
            return true;
        }
        catch (SocketException exception)
        {
            failure = SocketErrors.ToOpenFailure(exception.SocketErrorCode);
        }

        socket?.Dispose();
        socket = null;
        return false;
    }

    private static void AllowShares(Socket socket) => socket.SetRawSocketOption(SocketLevel, ReusePort, [1, 0, 0, 0]);

    private static void SetBuffers(Socket socket, int bytes)
    {
        if (bytes == 0 || TryForceBuffers(socket, bytes)) return;
        socket.ReceiveBufferSize = bytes;
        socket.SendBufferSize = bytes;
    }

    // The privileged options of Linux pass the system's limit.
    private static bool TryForceBuffers(Socket socket, int bytes)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            MemoryMarshal.Write(value, bytes);
            socket.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, value);
            socket.SetRawSocketOption(SocketLevel, ForceSendBuffer, value);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
