using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>Opens and binds datagram sockets.</summary>
internal static unsafe class LinuxOpener
{
    /// <summary>Opens a socket; <see cref="Errno.None"/> if that went well.</summary>
    public static Errno Open(
        in TransportAddress local, SocketRole role, DatagramEngineOptions options, out int descriptor, out TransportAddress bound)
    {
        bound = default;
        descriptor = LibC.OpenSocket(SocketName.FamilyOf(in local), Kernel.DatagramType, 0);
        if (descriptor < 0) return LibC.LastError;

        Errno error = Prepare(descriptor, in local, role, options, ref bound);
        if (error == Errno.None) return error;
        LibC.Close(descriptor);
        descriptor = -1;
        return error;
    }

    /// <summary>Sets an option with an integer value; false where the kernel does not have it or does not allow it.</summary>
    public static bool TrySetOption(int descriptor, int level, int option, int value) =>
        LibC.SetOption(descriptor, level, option, &value, sizeof(int)) == 0;

    /// <summary>Has the socket send with DF clear on IPv4, and on IPv6 fragment what the path's MTU demands.</summary>
    public static void AllowFragments(int descriptor, bool isIPv6)
    {
        if (isIPv6)
        {
            TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6MtuDiscovery, Kernel.FollowPath);
        }
        else
        {
            TrySetOption(descriptor, Kernel.IPv4Level, Kernel.IPv4MtuDiscovery, Kernel.MayFragment);
        }
    }

    /// <summary>Has the socket send whole or not at all; false where the kernel can't.</summary>
    public static bool TryForbidFragments(int descriptor, bool isIPv6) => isIPv6
        ? TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6MtuDiscovery, Kernel.NeverFragment)
        : TrySetOption(descriptor, Kernel.IPv4Level, Kernel.IPv4MtuDiscovery, Kernel.NeverFragment);

    private static Errno Prepare(
        int descriptor, in TransportAddress local, SocketRole role, DatagramEngineOptions options, ref TransportAddress bound)
    {
        if (local.IsIPv6 && !TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6Only, 1)) return LibC.LastError;
        if (local.IsIPv4) AllowFragments(descriptor, isIPv6: false);
        if (role == SocketRole.Relay) ErrorQueue.TryKeep(descriptor, local.IsIPv6);
        if (options.ReceiveIPHeaders && !TryReceiveHeaders(descriptor, local.IsIPv6)) return LibC.LastError;
        SetBuffers(descriptor, role == SocketRole.Relay ? options.RelayBuffer : options.ListenerBuffer);

        // The first bind is exclusive, so that it fails if anyone has the port; shares may join only after it.
        if (role == SocketRole.ListenerShare && !AllowShares(descriptor)) return LibC.LastError;
        SocketName name = default;
        name.Write(in local);
        if (LibC.Bind(descriptor, &name, name.Length) != 0) return LibC.LastError;
        if (role == SocketRole.Listener && !AllowShares(descriptor)) return LibC.LastError;

        uint length = SocketName.MaxLength;
        if (LibC.GetName(descriptor, &name, &length) != 0) return LibC.LastError;
        bound = name.Read();
        return Errno.None;
    }

    private static bool TryReceiveHeaders(int descriptor, bool isIPv6) => isIPv6
        ? TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6ReceiveTrafficClass, 1)
            && TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6ReceiveHopLimit, 1)
        : TrySetOption(descriptor, Kernel.IPv4Level, Kernel.IPv4ReceiveTrafficClass, 1)
            && TrySetOption(descriptor, Kernel.IPv4Level, Kernel.IPv4ReceiveHopLimit, 1);

    private static bool AllowShares(int descriptor) => TrySetOption(descriptor, Kernel.SocketLevel, Kernel.ReusePort, 1);

    // The privileged option passes the system's limit; without the privilege the plain one gives what the limit allows.
    private static void SetBuffers(int descriptor, int bytes)
    {
        if (bytes == 0) return;
        if (!TrySetOption(descriptor, Kernel.SocketLevel, Kernel.ReceiveBufferForce, bytes))
        {
            TrySetOption(descriptor, Kernel.SocketLevel, Kernel.ReceiveBuffer, bytes);
        }

        if (!TrySetOption(descriptor, Kernel.SocketLevel, Kernel.SendBufferForce, bytes))
        {
            TrySetOption(descriptor, Kernel.SocketLevel, Kernel.SendBuffer, bytes);
        }
    }
}
