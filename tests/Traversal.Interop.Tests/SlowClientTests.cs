using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>Very many TCP clients of another process that stay half open or send a byte a second (slowloris). With TRAVERSAL_SOAK set they are 10,000.</summary>
public sealed class SlowClientTests
{
    /// <summary>What one such client may cost the server, kernel memory aside.</summary>
    private const int BytesPerClient = 16 << 10;

    /// <summary>What the server's memory may grow by whoever its clients are: code that is compiled, buffers that are pooled.</summary>
    private const long Allowance = 96 << 20;

    // The deadline of the server is 10 s; the machine that runs the tests may be busy.
    private static readonly TimeSpan ClosedWithin = TimeSpan.FromSeconds(100);

    private static readonly byte[] BindingRequest = [0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42, .. "slow-clients"u8];

    private static int Clients => Environment.GetEnvironmentVariable("TRAVERSAL_SOAK") is { Length: > 0 } ? 10_000 : 600;

    [Fact]
    public async Task Memory_is_bounded_all_are_closed_by_the_deadline_and_others_are_served()
    {
        string python = ExternalProgram.Python;
        using var certificate = new CertificateFolder();
        await using TraversalServer server = await TraversalServer.StartAsync(certificate);
        await AskAsync(server.Port);
        long before = ResidentBytes(server.Process.Id);
        string script = Path.Combine(AppContext.BaseDirectory, "SlowClients", "slow_clients.py");

        await using ChildProcess attack = ChildProcess.Start(
            python, script, Text(server.Port), Text(Clients), Text((int)ClosedWithin.TotalSeconds));
        await attack.WaitForOutputAsync(output => output.Length > 0, TimeSpan.FromMinutes(2));
        long peak = before;
        int served = 0;
        TimeSpan slowest = TimeSpan.Zero;
        while (!attack.HasExited)
        {
            long start = Stopwatch.GetTimestamp();
            await AskAsync(server.Port);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            served++;
            peak = Math.Max(peak, ResidentBytes(server.Process.Id));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        ProgramResult result = await attack.WaitForExitAsync(TimeSpan.FromMinutes(1));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{result.Transcript}\n{served} times served over UDP and TCP meanwhile, the slowest in {slowest.TotalMilliseconds:F0} ms; {before >> 20} MiB before, {peak >> 20} MiB at most");
        Assert.True(result.Output[^1].StartsWith($"closed {Clients} of {Clients} ", StringComparison.Ordinal), result.Transcript);
        Assert.True(served > 0, result.Transcript);
        Assert.True(peak - before < Allowance + (long)Clients * BytesPerClient, $"{before} bytes before, {peak} at most");
        await AskAsync(server.Port);
    }

    // A Binding request over UDP, and one over a new TCP connection.
    private static async Task AskAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (SocketType type in new[] { SocketType.Dgram, SocketType.Stream })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
            await socket.SendAsync(BindingRequest, deadline.Token);
            byte[] answer = new byte[100];
            int length = await socket.ReceiveAsync(answer, deadline.Token);
            Assert.True(length > 20 && answer[0] == 1 && answer[1] == 1, $"{type}: {length} bytes");
        }
    }

    private static long ResidentBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(entry => entry.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
