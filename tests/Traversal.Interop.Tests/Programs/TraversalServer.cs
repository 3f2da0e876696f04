using System.Net;
using System.Net.Sockets;

namespace Traversal.Interop.Tests.Programs;

/// <summary>A running <c>traversal serve</c> on one free port of 127.0.0.1, UDP and TCP.</summary>
internal sealed class TraversalServer : IAsyncDisposable
{
    public const string User = "user";
    public const string Password = "pass";
    public const string Realm = "example.org";

    // A Binding request without attributes (RFC 8489 section 5), and the first byte pair of its success response.
    private static readonly byte[] BindingRequest = [0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42, .. "interop-0001"u8];
    private static readonly byte[] BindingSuccess = [0x01, 0x01];

    private static readonly string[] UsualOptions =
        ["--user", $"{User}:{Password}", "--realm", Realm, "--allow-peer", "127.0.0.0/8", "--http", "off"];

    private TraversalServer(int port, ChildProcess process)
    {
        Port = port;
        Process = process;
    }

    public int Port { get; }

    public ChildProcess Process { get; }

    /// <summary>Starts the server as the README does, with loopback peers allowed and without the HTTP side, and waits until it answers.</summary>
    public static Task<TraversalServer> StartAsync() => StartAsync(LoopbackPorts.Find(), UsualOptions);

    /// <summary>The same with a certificate, so that its TCP port takes TLS too.</summary>
    public static Task<TraversalServer> StartAsync(CertificateFolder certificate) => StartAsync(LoopbackPorts.Find(), [.. UsualOptions, .. certificate.Options]);

    /// <summary>Starts the server with its listeners and these options, and waits until it answers.</summary>
    public static async Task<TraversalServer> StartAsync(int port, params IEnumerable<string> options)
    {
        ChildProcess process = TraversalBinary.Start(["serve", .. ListenOptions(port), .. options]);
        await WaitUntilReadyAsync(port, process);
        return new TraversalServer(port, process);
    }

    public static string[] ListenOptions(int port) => ["--listen", $"udp://127.0.0.1:{port}", "--listen", $"tcp://127.0.0.1:{port}"];

    /// <summary>Waits until the server answers on both transports: what it says in its banner is not asked.</summary>
    public static async Task WaitUntilReadyAsync(int port, ChildProcess process)
    {
        await LoopbackEcho.WaitForAsync(port, process, BindingRequest, answer => answer.AsSpan().StartsWith(BindingSuccess));
        using var client = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        }
        catch (SocketException refused)
        {
            string transcript = process.Transcript;
            await process.DisposeAsync();
            Assert.Fail($"The server answers on UDP, but not on TCP: {refused.Message}\n{transcript}");
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
