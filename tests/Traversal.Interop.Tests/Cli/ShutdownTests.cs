using System.Diagnostics;
using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary>SIGTERM ends the server with exit code 0: at once when nobody uses it, else when the last allocation is gone or the drain time is over.</summary>
public sealed class ShutdownTests
{
    // What a busy machine may add to the time that a shutdown takes by itself.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongDrain = TimeSpan.FromSeconds(300);

    [Fact]
    public async Task An_idle_server_ends_at_once()
    {
        await using TraversalServer server = await StartAsync(LongDrain);

        await server.Process.TerminateAsync();

        await AssertEndsAsync(server, Margin);
    }

    [Fact]
    public async Task A_used_server_ends_after_its_drain_time()
    {
        var drain = TimeSpan.FromSeconds(2);
        await using TraversalServer server = await StartAsync(drain);
        await using ChildProcess client = await StartClientAsync(server);

        var clock = Stopwatch.StartNew();
        await server.Process.TerminateAsync();

        await AssertEndsAsync(server, drain + Margin);
        Assert.True(clock.Elapsed >= drain, $"The server ended after {clock.Elapsed}, with an allocation alive.\n{server.Process.Transcript}");
    }

    [Fact]
    public async Task A_second_signal_ends_the_wait_for_clients_and_any_number_of_them_leaves_the_exit_code_alone()
    {
        await using TraversalServer server = await StartAsync(LongDrain);
        await using ChildProcess client = await StartClientAsync(server);
        for (int i = 0; i < 200 && !server.Process.HasExited; i++) await server.Process.TryTerminateAsync();

        await AssertEndsAsync(server, Margin);
    }

    [Fact]
    public async Task A_used_server_ends_when_its_last_client_is_gone()
    {
        await using TraversalServer server = await StartAsync(LongDrain);
        await using (ChildProcess client = await StartClientAsync(server))
        {
            await server.Process.TerminateAsync();
            string before = client.Output.LastOrDefault() ?? "";
            await client.WaitForOutputAsync(output => !string.Equals(output.LastOrDefault(), before, StringComparison.Ordinal), Margin);
            Assert.False(server.Process.HasExited, server.Process.Transcript);
        }

        await AssertEndsAsync(server, Margin);
    }

    private static Task<TraversalServer> StartAsync(TimeSpan drain) => TraversalServer.StartAsync(
        LoopbackPorts.Find(),
        "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--realm", TraversalServer.Realm, "--allow-peer", "127.0.0.0/8",
        "--http", "off", "--drain-timeout", string.Create(CultureInfo.InvariantCulture, $"{drain.TotalSeconds}s"));

    // Over TCP, so that killing it is noticed; it would send for an hour.
    private static async Task<ChildProcess> StartClientAsync(TraversalServer server)
    {
        ChildProcess client = ChildProcess.Start(
            ExternalProgram.CoturnClient,
            "-t", "-y", "-c", "-n", "180000", "-m", "2", "-u", TraversalServer.User, "-w", TraversalServer.Password,
            "-p", server.Port.ToString(CultureInfo.InvariantCulture), "127.0.0.1");
        await client.WaitForOutputAsync(output => output.Any(line => line.Contains("start_mclient", StringComparison.Ordinal)), Margin);
        return client;
    }

    private static async Task AssertEndsAsync(TraversalServer server, TimeSpan limit)
    {
        ProgramResult result = await server.Process.WaitForExitAsync(limit);
        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.DoesNotContain(result.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }
}
