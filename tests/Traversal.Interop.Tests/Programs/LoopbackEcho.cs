using System.Net;
using System.Net.Sockets;

namespace Traversal.Interop.Tests.Programs;

/// <summary>Waits for a program that answers datagrams.</summary>
internal static class LoopbackEcho
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends <paramref name="probe"/> to the port of 127.0.0.1 until an answer that <paramref name="accept"/> takes comes back.</summary>
    public static async Task WaitForAsync(int port, ChildProcess program, ReadOnlyMemory<byte> probe, Func<byte[], bool> accept)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(StartLimit);
        using var pause = new PeriodicTimer(ProbeInterval);
        while (!await AnswersAsync(port, probe, accept))
        {
            if (program.HasExited || deadline.IsCancellationRequested)
            {
                string transcript = program.Transcript;
                await program.DisposeAsync();
                Assert.Fail($"Nothing answers on udp://127.0.0.1:{port}.\n{transcript}");
            }

            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits for an echo.</summary>
    public static Task WaitForAsync(int port, ChildProcess program) => WaitForAsync(port, program, "probe"u8.ToArray(), answer => answer.Length > 0);

    private static async Task<bool> AnswersAsync(int port, ReadOnlyMemory<byte> probe, Func<byte[], bool> accept)
    {
        using var limit = new CancellationTokenSource(ProbeInterval);
        using var client = new UdpClient(AddressFamily.InterNetwork);
        try
        {
            client.Connect(IPAddress.Loopback, port);
            await client.SendAsync(probe, limit.Token);
            return accept((await client.ReceiveAsync(limit.Token)).Buffer);
        }
        catch (Exception notYet) when (notYet is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
