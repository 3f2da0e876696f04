using System.CommandLine;
using Traversal.Client;

namespace Traversal.Cli;

/// <summary><c>traversal stun SERVER</c>: my public address.</summary>
internal static class StunCommand
{
    private static readonly Argument<string> ServerArgument = ServerName.NewArgument();

    private static readonly Option<bool> TcpOption = new("--tcp") { Description = "Ask over TCP instead of UDP; stuns: asks over TLS." };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("stun", "Print the address that a STUN server sees this machine at.") { ServerArgument, TcpOption, JsonOption };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        string text = command.GetValue(ServerArgument)!;
        if (!ServerName.TryParse(text, out ServerUri? server)) return Exit.Usage($"stun: '{text}' is not HOST, HOST:PORT or the URI of a STUN server");
        IReadOnlyList<ServerTransport>? transports = command.GetValue(TcpOption) ? [ServerTransport.Tcp] : null;

        StunResult answer = await new StunClient().QueryAsync(server, transports, cancellationToken).ConfigureAwait(false);
        if (command.GetValue(JsonOption)) StunJson.Write(answer, Console.OpenStandardOutput());
        if (!answer.IsAnswered) return Exit.Failure($"stun: {answer}");

        if (!command.GetValue(JsonOption)) Console.WriteLine(answer.Binding.MappedAddress);
        return Exit.Success;
    }
}
