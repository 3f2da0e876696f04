using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Traversal.Transport.Tests.Engines;

/// <summary>Runs a story on a thread of its own in a network namespace of its own, in which there is nothing but loopback.</summary>
internal static class NetworkNamespace
{
    private const int NewNetwork = 0x40000000;
    private const nuint SetFlags = 0x8914;
    private const nuint SetMtu = 0x8922;
    private const int Up = 1;

    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    public static void Run(int loopbackMtu, Action story)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are of Linux");
        Exception? failure = null;
        string? skip = null;
        var thread = new Thread(() =>
        {
            try
            {
                skip = Enter(loopbackMtu);
                if (skip is null) story();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.SkipWhen(skip is not null, skip ?? string.Empty);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Runs a command of the system in the namespace of the story that calls it; skips the test where there is no such command.</summary>
    public static void Execute(string program, string arguments)
    {
        string? path = Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed here");

        // A child belongs to the namespace of the thread that starts it.
        using Process process = Process.Start(new ProcessStartInfo(path!, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode != 0, $"{program} {arguments}: {error}");
    }

    private static string? Enter(int loopbackMtu)
    {
        if (Unshare(NewNetwork) != 0) return "making a network namespace is not allowed here";
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        int descriptor = (int)socket.Handle;
        bool done = Control(descriptor, SetMtu, Request(loopbackMtu)) == 0 && Control(descriptor, SetFlags, Request(Up)) == 0;
        return done ? null : "the loopback interface of a new namespace cannot be set up here";
    }

    // struct ifreq: the name of the interface in 16 bytes, then the value.
    private static byte[] Request(int value)
    {
        byte[] request = new byte[40];
        Encoding.ASCII.GetBytes("lo").CopyTo(request, 0);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(16), value);
        return request;
    }

    [DllImport("libc", EntryPoint = "unshare")]
    private static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "ioctl")]
    private static extern int Control(int descriptor, nuint request, byte[] argument);
}
