using System.Net;
using System.Net.Sockets;

namespace Traversal.Interop.Tests.Programs;

/// <summary>Ports of 127.0.0.1 that nobody uses, chosen when a test runs, and no port for two tests of one run.</summary>
internal static class LoopbackPorts
{
    // Below the range from which the kernel picks source ports and a server picks relay ports, so that neither takes a port between choice and use.
    private const int Lowest = 10_000;
    private const int Highest = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>The first of <paramref name="count"/> consecutive ports that are free for UDP and TCP.</summary>
    public static int Find(int count = 1)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            int first = Random.Shared.Next(Lowest, Highest) & ~1;
            if (TryGive(first, count) && Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }

        throw new InvalidOperationException($"No {count} free ports between {Lowest} and {Highest}.");
    }

    // Tests run beside each other, and a program that one of them starts takes a while to open its port.
    private static bool TryGive(int first, int count)
    {
        int[] ports = [.. Enumerable.Range(first, count)];
        lock (Given)
        {
            if (ports.Any(Given.Contains)) return false;
            Given.UnionWith(ports);
            return true;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            HoldUdp(port).Dispose();
            HoldTcp(port).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A socket that occupies the UDP port.</summary>
    public static Socket HoldUdp(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return Bind(socket, port);
    }

    /// <summary>A listening socket that occupies the TCP port.</summary>
    public static Socket HoldTcp(int port)
    {
        var socket = Bind(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), port);
        socket.Listen();
        return socket;
    }

    private static Socket Bind(Socket socket, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
