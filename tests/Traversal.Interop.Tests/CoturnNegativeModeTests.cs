using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>What coturn's load client sends to break a server harms no one who comes after: how those runs end is their own affair.</summary>
public sealed class CoturnNegativeModeTests
{
    // Even, since clients come in pairs.
    private const int Clients = 4;
    private const int MessagesPerClient = 30;

    // A client whose requests are not fit for an answer waits for one for ever.
    private static readonly TimeSpan NegativeRun = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("negative tests", "-N")]
    [InlineData("negative tests over TCP", "-N", "-t")]
    [InlineData("negative protocol tests", "-R")]
    [InlineData("negative protocol tests over TCP", "-R", "-t")]
    [InlineData("denial of service", "-O")]
    [InlineData("denial of service over TCP", "-O", "-t")]
    public async Task After_it_a_plain_run_loses_no_message(string mode, params string[] flags)
    {
        string client = ExternalProgram.CoturnClient;
        await using TraversalServer server = await TraversalServer.StartAsync();

        string before = await RunNegativeAsync(client, server, flags);
        ProgramResult plain = await OverfullBuffers.RunAsync(server, IsComplete, () => ChildProcess.RunAsync(RunLimit, client, Arguments(server, "-y", "-c")));

        string transcript = $"{mode}\n{before}\n\n{plain.Transcript}\n\n{server.Process.Transcript}";
        Assert.True(plain.ExitCode == 0 && IsComplete(plain), transcript);
        Assert.False(server.Process.HasExited, transcript);
    }

    private static bool IsComplete(ProgramResult result) =>
        result.Output.Any(line => line.Contains("Total lost packets 0 ", StringComparison.Ordinal)) &&
        result.Output.Any(line => line.Contains($"tot_send_msgs={Clients * MessagesPerClient}, tot_recv_msgs={Clients * MessagesPerClient}", StringComparison.Ordinal));

    private static async Task<string> RunNegativeAsync(string client, TraversalServer server, string[] flags)
    {
        await using ChildProcess negative = ChildProcess.Start(client, Arguments(server, [.. flags, "-y"]));
        await negative.WaitForExitOrAsync(NegativeRun);
        return negative.Transcript;
    }

    private static string[] Arguments(TraversalServer server, params string[] flags) =>
    [
        .. flags, "-u", TraversalServer.User, "-w", TraversalServer.Password, "-e", "127.0.0.1",
        "-n", Text(MessagesPerClient), "-m", Text(Clients), "-p", Text(server.Port), "127.0.0.1",
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
