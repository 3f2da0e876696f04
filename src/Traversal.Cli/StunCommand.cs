using System.CommandLine;
using Traversal.Client;

namespace Traversal.Cli;

/// <summary><c>traversal stun SERVER</c>: my public address.</summary>
internal static class StunCommand
{
    private static readonly Argument<string> ServerArgument = ServerName.NewArgument();

    private static readonly Option<bool> TcpOption = new("--tcp") { Description = "Ask over TCP instead of UDP; stuns: asks over TLS." };

    private static readonly Option<bool> InsecureOption = new("--insecure") { Description = "Take any certificate: whoever is on the way can answer for the server." };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("stun", "Print the address that a STUN server sees this machine at.") { ServerArgument, TcpOption, InsecureOption, JsonOption };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        string text = command.GetValue(ServerArgument)!;
        if (!ServerName.TryParse(text, out ServerUri? server)) return Exit.Usage($"stun: '{text}' is not HOST, HOST:PORT or the URI of a STUN server");
        if (server.IsSecure && command.GetValue(TcpOption)) return Exit.Usage("stun: --tcp and stuns: contradict each other, as stuns: asks over TLS");

        bool isJson = command.GetValue(JsonOption);
        StunResult answer;
        using (new WaitNotice($"waiting for {server}, 40 s at most", isWanted: !isJson))
            answer = await QueryAsync(server, command, cancellationToken).ConfigureAwait(false);
        if (isJson) StunJson.Write(answer, Console.OpenStandardOutput());
        if (!answer.IsAnswered) return Exit.Failure($"stun: {answer} {StunAdvice.For(answer.Status)}");

        if (!isJson) Console.WriteLine(answer.Binding.MappedAddress);
        return Exit.Success;
    }

    private static Task<StunResult> QueryAsync(ServerUri server, ParseResult command, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServerTransport>? transports = command.GetValue(TcpOption) ? [ServerTransport.Tcp] : null;
        var options = new StunClientOptions { CertificateValidation = command.GetValue(InsecureOption) ? static (_, seen, _, _) => seen is not null : null };
        return new StunClient(options).QueryAsync(server, transports, cancellationToken);
    }
}
